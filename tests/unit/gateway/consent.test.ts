import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CHECKS } from '../../../lib/checks/index.ts';
import { PASS, pass, type Verdict } from '../../../lib/model/decision.ts';
import { defineCheck } from '../../../lib/policy/check.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { ScriptedApprovals } from '../../support/approvals/scripted-approvals.ts';
import { configOf, createEngine, type EngineOptions } from '../../support/engine/engine.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { CountingState } from '../../support/policy/counting-state.ts';
import { MemoryFiles } from '../../support/policy/memory-files.ts';
import { compiled } from '../../support/policy/policy-state.ts';

const ASKS = 'policies: { default: allow, tools: { "server/work": { action: require_approval } } }\n';
const TOOLS = [
  { name: 'work', inputSchema: { type: 'object' } },
  { name: 'other', inputSchema: { type: 'object' } },
];

/** A legacy client of a gateway that asks people about `work`. */
async function scene(t: TestContext, options: EngineOptions = {}, capabilities: Message = {}) {
  const approvals = new ScriptedApprovals();
  const engine = createEngine(t, { config: ASKS, approvals, ...options });
  engine.server.tools = TOOLS;
  const client = engine.client('ana');
  await client.initialize({ capabilities });
  await client.ask('tools/list');
  /** Calls `work` and resolves once somebody is asked. */
  const callWork = async (args: Message = { n: 1 }, id = 'mine') => {
    const before = approvals.sought.length;
    const params = { name: 'work', arguments: args, _meta: { progressToken: `token of ${id}` } };
    client.send({ jsonrpc: '2.0', id, method: 'tools/call', params });
    return approvals.asked(before);
  };
  /** What the log has of calls of tools. */
  const told = () =>
    engine.audit.records.flatMap((record) => {
      if (record.kind === 'call' && record.call.action === 'tools/call') {
        const { effect, reason, agreed } = record.decision;
        return [[effect, reason?.code, agreed?.grant].filter((part) => part !== undefined).join(' ')];
      }
      return record.kind === 'done' && record.call.action === 'tools/call' ? [record.done.outcome] : [];
    });
  /** Runs what somebody outside does, as the desk would. */
  const outside = (work: () => void) => engine.gateway.turn.run(work);
  return { ...engine, approvals, client, callWork, told, outside };
}

const codeOf = (answer: Message) => answer.result._meta['dev.sallyport/denial'].code;

test('a call waits for a person, others of its client do not wait for it, and it leaves as it was shown', async (t) => {
  const { client, server, callWork, told } = await scene(t);
  const asked = await callWork({ n: 1 });
  const other = await client.call('other');
  assert.equal(other.result.content[0].text, 'done');
  assert.equal(server.asked('tools/call').length, 1);
  asked.agree();
  const { result } = await client.reply('mine');
  assert.equal(result.content[0].text, 'done');
  const sent = server.asked('tools/call')[1]!.params;
  assert.deepEqual([sent.name, sent.arguments], ['work', { n: 1 }]);
  const [take] = asked.agreement.takes;
  assert.equal(asked.agreement.takes.length, 1);
  assert.equal(take!.params, asked.sought.params!.text());
  assert.deepEqual(told(), ['allow', 'ok', 'allow SP6003 G1', 'ok']);
});

test('somebody who agreed before is taken at their word without a wait', async (t) => {
  const { approvals, client, told } = await scene(t);
  approvals.atOnce = (sought) => sought.agree();
  const { result } = await client.call('work');
  assert.equal(result.content[0].text, 'done');
  assert.equal(approvals.sought[0]!.agreement.takes.length, 1);
  assert.deepEqual(told(), ['allow SP6003 G1', 'ok']);
});

test('a call a person refuses is denied, and the backend never hears of it', async (t) => {
  const { client, server, callWork, told } = await scene(t);
  (await callWork()).refuse();
  assert.equal(codeOf(await client.reply('mine')), 'SP6001');
  assert.equal(server.asked('tools/call').length, 0);
  assert.deepEqual(told(), ['deny SP6001']);
});

test('an agreement that is not one for the call as it leaves is a denial', async (t) => {
  const { client, server, callWork, told } = await scene(t);
  const asked = await callWork();
  asked.agreement.take(asked.sought.call, undefined, '');
  asked.agree();
  assert.equal(codeOf(await client.reply('mine')), 'SP6006');
  assert.equal(server.asked('tools/call').length, 0);
  assert.deepEqual(told(), ['deny SP6006']);
});

test('a client that calls its call off takes the question back, hears nothing, and the log says so', async (t) => {
  const { client, server, callWork, told } = await scene(t);
  const asked = await callWork();
  client.notify('notifications/cancelled', { requestId: 'mine' });
  await client.ask('ping');
  assert.equal(asked.ended, true);
  asked.agree();
  await client.ask('ping');
  assert.equal(client.messages.filter(({ id }) => id === 'mine').length, 0);
  assert.equal(server.asked('tools/call').length, 0);
  assert.equal(asked.agreement.takes.length, 0);
  assert.deepEqual(told(), ['require_approval SP6004', 'cancelled']);
});

test('an agreement that comes after the client has left is for nothing', async (t) => {
  const { client, server, callWork, told } = await scene(t);
  const asked = await callWork();
  client.end();
  assert.equal(asked.ended, true);
  asked.agree();
  assert.equal(server.asked('tools/call').length, 0);
  assert.deepEqual(told(), ['require_approval SP6004', 'cancelled']);
});

test('a gateway that ends answers what waits for a person, and asks nobody any more', async (t) => {
  const { client, gateway, callWork, told } = await scene(t);
  const asked = await callWork();
  await gateway.close(true);
  assert.equal(codeOf(await client.reply('mine')), 'SP5010');
  assert.equal(asked.ended, true);
  assert.deepEqual(told(), ['require_approval SP6004', 'failed']);
});

test('a backend that is gone when a person agrees loses the call, which is said', async (t) => {
  const { client, server, callWork, told } = await scene(t);
  const asked = await callWork();
  server.crash();
  await server.close();
  asked.agree();
  assert.match(codeOf(await client.reply('mine')), /^SP5/);
  assert.deepEqual(told(), ['allow SP6003 G1', 'failed']);
});

test('a policy that is changed while a person is asked makes what they say worth nothing', async (t) => {
  const { client, gateway, server, callWork, told, outside } = await scene(t);
  const asked = await callWork();
  const config = { ...configOf({ server: 'legacy' }, ASKS), revision: 'another' };
  outside(() => gateway.apply(config, compiled(config, CHECKS)));
  asked.agree();
  assert.equal(codeOf(await client.reply('mine')), 'SP6006');
  assert.equal(server.asked('tools/call').length, 0);
  assert.equal(asked.agreement.takes.length, 0);
  assert.deepEqual(told(), ['deny SP6006']);
});

/** Takes its time when a call is judged again. */
function slowAgain() {
  let go = () => {};
  const promise = new Promise<void>((resolve) => {
    go = resolve;
  });
  const check = defineCheck({
    id: 'slow-again',
    about: 'Takes its time when a call is judged again.',
    create: () => ({
      call: ({ action, again }) => (action === 'tools/call' && again === true ? promise.then(() => PASS) : PASS),
    }),
  });
  return { check, go: () => go() };
}

test('a policy that is changed while an agreed call is judged again holds it back', async (t) => {
  const { check, go } = slowAgain();
  const { client, gateway, server, callWork, outside } = await scene(t, { checks: [...CHECKS, check] });
  const asked = await callWork();
  asked.agree();
  const config = { ...configOf({ server: 'legacy' }, ASKS), revision: 'another' };
  outside(() => gateway.apply(config, compiled(config, CHECKS)));
  go();
  assert.equal(codeOf(await client.reply('mine')), 'SP6006');
  assert.equal(asked.agreement.takes.length, 0);
  assert.equal(server.asked('tools/call').length, 0);
});

test('a client may call an agreed call off while it is judged again', async (t) => {
  const { check, go } = slowAgain();
  const { client, server, callWork, told } = await scene(t, { checks: [...CHECKS, check] });
  const asked = await callWork();
  asked.agree();
  client.notify('notifications/cancelled', { requestId: 'mine' });
  await client.ask('ping');
  go();
  await client.call('other');
  assert.equal(asked.agreement.takes.length, 0);
  assert.equal(server.asked('tools/call').length, 1);
  assert.deepEqual(told().slice(0, 2), ['require_approval SP6004', 'cancelled']);
});

test('calls that wait for a person do not run, and how many may run is judged when they leave', async (t) => {
  const { check, go } = slowAgain();
  const config = `${ASKS}limits: { max_concurrent_calls: 1 }\n`;
  const checks = [...CHECKS, check];
  const { client, server, callWork } = await scene(t, { config, checks });
  server.hold('tools/call');
  const first = await callWork({ n: 1 }, 'first');
  const second = await callWork({ n: 2 }, 'second');
  const plain = client.call('other');
  const [running] = await server.askedTimes('tools/call', 1);
  server.result(running!.id, { content: [] });
  await plain;
  first.agree();
  second.agree();
  go();
  assert.equal(codeOf(await client.reply('second')), 'SP3013');
  const [, sent] = await server.askedTimes('tools/call', 2);
  server.result(sent!.id, { content: [] });
  await client.reply('first');
});

test('a call that took its time to be judged does not run either while it waits for a person', async (t) => {
  const config = `${ASKS}limits: { max_concurrent_calls: 1 }\n`;
  const check = defineCheck({
    id: 'slow',
    about: 'Takes its time.',
    create: () => ({ call: () => Promise.resolve(PASS) }),
  });
  const { client, callWork } = await scene(t, { config, checks: [check, ...CHECKS] });
  await callWork();
  const { result } = await client.call('other');
  assert.equal(result.content[0].text, 'done');
});

/** Needs a person, unless the call was judged before: as the guard of repeats does, which counts once. */
const ONCE = defineCheck({
  id: 'asks-once',
  about: 'Needs a person when a call is judged for the first time.',
  create: () => ({
    call: ({ action, again }): Verdict =>
      action === 'tools/call' && again !== true ? pass({ approval: { code: 'SP6003', text: 'why not' } }) : PASS,
  }),
});

test('an agreement is used up by the call it was given for, though nothing asks for it any more', async (t) => {
  const { client, callWork, told } = await scene(t, { config: 'policies: { default: allow }\n', checks: [ONCE] });
  const asked = await callWork();
  asked.agree();
  await client.reply('mine');
  assert.equal(asked.agreement.takes.length, 1);
  assert.deepEqual(told(), ['allow SP6003 G1', 'ok']);
});

test('what is counted is counted once, however often a call is judged', async (t) => {
  const config = `${ASKS}rate_limit: { max_requests: 100, window_secs: 3600 }\nbudgets: [{ name: few, unit: calls, limit: 100, window: 1d }]\n`;
  const state = new CountingState(new MemoryFiles());
  let tokens = 0;
  const reserved = new Map<string, number>();
  const { client, callWork } = await scene(t, {
    config,
    state: {
      clock: state.clock,
      rates: { take: () => 0 * ++tokens },
      budgets: {
        reserve: (_slot, id) => {
          reserved.set(id, (reserved.get(id) ?? 0) + 1);
          return { granted: true, used: 1, resetsAtMs: 0 };
        },
        settle: () => {},
        look: () => ({ granted: true, used: 0, resetsAtMs: 0 }),
      },
    },
  });
  const before = tokens;
  const asked = await callWork();
  const once = tokens - before;
  assert.ok(once > 0);
  asked.agree();
  await client.reply('mine');
  assert.equal(tokens - before, once);
  assert.equal(reserved.get(asked.sought.call.id), 1);
});

test('the time of a person is nobody elses: neither the call nor a budget of seconds has it', async (t) => {
  const ended: number[] = [];
  const check = defineCheck({
    id: 'hears',
    about: 'Hears how calls end.',
    create: () => ({ call: () => PASS, ended: (_call, { ms }) => void ended.push(ms) }),
  });
  const { audit, client, callWork, pass: pass_ } = await scene(t, { checks: [...CHECKS, check] });
  ended.length = 0;
  const asked = await callWork();
  pass_(600_000);
  asked.agree();
  await client.reply('mine');
  const done = audit.records.findLast((record) => record.kind === 'done')!;
  assert.ok(done.done.ms < 300_000, `${done.done.ms} ms`);
  assert.ok(ended.at(-1)! < 300_000);
});

test('where nothing is enforced nobody is asked', async (t) => {
  const { approvals, client, told } = await scene(t, { config: `${ASKS}enforce: false\n` });
  const { result } = await client.call('work');
  assert.equal(result.content[0].text, 'done');
  assert.equal(approvals.sought.length, 0);
  assert.deepEqual(told(), ['allow', 'ok']);
});

test('what an edit puts in that may not be written down is sent and not shown', async (t) => {
  const check = defineCheck({
    id: 'restores',
    about: 'Puts a secret in.',
    create: () => ({
      call: ({ action }) => {
        const apply = (body: Payload) => Payload.of(body.text().replace('[secret 1]', 'hunter2'));
        return action === 'tools/call' ? pass({ edits: [{ name: 'restore', unrecorded: true, apply }] }) : PASS;
      },
    }),
  });
  const { audit, client, server, callWork } = await scene(t, { checks: [...CHECKS, check] });
  const asked = await callWork({ key: '[secret 1]' });
  assert.match(asked.sought.shown!.text(), /\[secret 1\]/);
  assert.match(asked.sought.params!.text(), /hunter2/);
  client.notify('notifications/cancelled', { requestId: 'mine' });
  await client.ask('ping');
  (await callWork({ key: '[secret 1]' }, 'again')).agree();
  await client.reply('again');
  assert.equal(server.asked('tools/call').at(-1)!.params.arguments.key, 'hunter2');
  const recorded = audit.records.flatMap((record) => (record.kind === 'call' ? [record.call.params?.text()] : []));
  assert.doesNotMatch(recorded.join('\n'), /hunter2/);
});

const BROKEN: Record<string, (approvals: ScriptedApprovals) => void> = {
  'cannot ask': (approvals) => {
    approvals.seek = () => {
      throw new Error('nobody is there');
    };
  },
  'cannot ask, and said that somebody agreed': (approvals) => {
    approvals.atOnce = (sought) => {
      sought.agreement.throws = true;
      sought.agree();
    };
  },
};

for (const [what, broken] of Object.entries(BROKEN)) {
  test(`whoever ${what} denies`, async (t) => {
    const { approvals, client, server } = await scene(t);
    broken(approvals);
    assert.equal(codeOf(await client.call('work')), 'SP3003');
    assert.equal(server.asked('tools/call').length, 0);
  });
}

test('an agreement that cannot be taken later denies, and answers once', async (t) => {
  const { client, server, callWork } = await scene(t);
  const asked = await callWork();
  asked.agreement.throws = true;
  asked.agree();
  assert.equal(codeOf(await client.reply('mine')), 'SP3003');
  assert.equal(server.asked('tools/call').length, 0);
});

test('who answers twice is heard once', async (t) => {
  const { client, server, callWork } = await scene(t);
  const asked = await callWork();
  asked.refuse();
  asked.agree();
  assert.equal(codeOf(await client.reply('mine')), 'SP6001');
  await client.ask('ping');
  assert.equal(server.asked('tools/call').length, 0);
  assert.equal(client.messages.filter(({ id }) => id === 'mine').length, 1);
});

test('progress grows from beat to beat, goes on with the first of the backend, and ends with the answer', async (t) => {
  const { client, server, callWork } = await scene(t);
  server.hold('tools/call');
  const asked = await callWork();
  for (let i = 0; i < 50; i++) asked.seeker.beat('waits for a person');
  asked.agree();
  const [sent] = await server.askedTimes('tools/call', 1);
  asked.seeker.beat('too late');
  for (const progress of [0, 1]) {
    server.notify('notifications/progress', { progressToken: sent!.params._meta.progressToken, progress });
  }
  server.result(sent!.id, { content: [] });
  await client.reply('mine');
  const progress = client.messages.filter(({ method }) => method === 'notifications/progress');
  const values = progress.map(({ params }) => params.progress as number);
  assert.equal(values.length, 52);
  assert.ok(values.every((value, at) => at === 0 || value > values[at - 1]!));
  assert.ok(progress.every(({ params }) => params.progressToken === 'token of mine'));
});

test('a server that may ask the model only when a person agrees waits for one outside of the client', async (t) => {
  const config = 'policies: { default: allow, requests: { sampling: require_approval } }\n';
  const { approvals, client, server } = await scene(t, { config }, { sampling: {}, elicitation: {} });
  server.hold('tools/call');
  const call = client.call('work');
  const [sent] = await server.askedTimes('tools/call', 1);
  const params = { messages: [], maxTokens: 1 };
  server.send({ jsonrpc: '2.0', id: 'q', method: 'sampling/createMessage', params });
  const asked = await approvals.asked();
  assert.equal(asked.seeker.way.kind, 'none');
  assert.equal(
    client.messages.some(({ method }) => method === 'sampling/createMessage'),
    false,
  );
  asked.agree();
  const question = await client.until(({ method }) => method === 'sampling/createMessage');
  client.send({
    jsonrpc: '2.0',
    id: question.id,
    result: { role: 'assistant', model: 'm', content: { type: 'text', text: 'x' } },
  });
  await server.until(({ id, result }) => id === 'q' && result !== undefined);
  server.result(sent!.id, { content: [] });
  await call;
});
