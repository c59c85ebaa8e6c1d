import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECKS } from '../../../lib/checks/index.ts';
import { PASS, pass, type Verdict } from '../../../lib/model/decision.ts';
import { defineCheck } from '../../../lib/policy/check.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { ASKS, codeOf, consentScene } from '../../support/approvals/consent-scene.ts';
import { configOf } from '../../support/engine/engine.ts';
import { CountingState } from '../../support/policy/counting-state.ts';
import { MemoryFiles } from '../../support/policy/memory-files.ts';
import { compiled } from '../../support/policy/policy-state.ts';

test('a policy that is changed while a person is asked makes what they say worth nothing', async (t) => {
  const { client, gateway, server, callWork, told, outside } = await consentScene(t);
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
  const { client, gateway, server, callWork, outside } = await consentScene(t, { checks: [...CHECKS, check] });
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
  const { client, server, callWork, told } = await consentScene(t, { checks: [...CHECKS, check] });
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
  const { client, server, callWork } = await consentScene(t, { config, checks });
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
  const { client, callWork } = await consentScene(t, { config, checks: [check, ...CHECKS] });
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
  const { client, callWork, told } = await consentScene(t, {
    config: 'policies: { default: allow }\n',
    checks: [ONCE],
  });
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
  const { client, callWork } = await consentScene(t, {
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
  const { audit, client, callWork, pass: pass_ } = await consentScene(t, { checks: [...CHECKS, check] });
  ended.length = 0;
  const asked = await callWork();
  pass_(600_000);
  asked.agree();
  await client.reply('mine');
  const done = audit.records.findLast((record) => record.kind === 'done')!;
  assert.ok(done.done.ms < 300_000, `${done.done.ms} ms`);
  assert.ok(ended.at(-1)! < 300_000);
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
  const { audit, client, server, callWork } = await consentScene(t, { checks: [...CHECKS, check] });
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
