import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Payload } from '../../lib/wire/payload.ts';
import { ScriptedApprovals, type SoughtCall } from '../support/approvals/scripted-approvals.ts';
import { createEngine, type EngineClient, type EngineOptions } from '../support/engine/engine.ts';
import type { Message } from '../support/mcp/lines.ts';

const ASKS = 'policies: { default: allow, tools: { "server/work": { action: require_approval } } }\n';
const FORM = { message: '[sallyport] may it?', requestedSchema: { type: 'object', properties: {} } };
const KEY = 'dev.sallyport/approval';

function begin(t: TestContext, options: EngineOptions = {}) {
  const approvals = new ScriptedApprovals();
  const engine = createEngine(t, { config: ASKS, approvals, ...options });
  engine.server.tools = ['work', 'other'].map((name) => ({ name, inputSchema: { type: 'object' } }));
  return { ...engine, connect: engine.client, approvals, client: engine.client('ana') };
}

async function legacy(t: TestContext, capabilities: Message, protocolVersion = '2025-11-25') {
  const scene = begin(t);
  await scene.client.initialize({ capabilities, protocolVersion });
  await scene.client.ask('tools/list');
  return scene;
}

function ask(client: EngineClient, more: Message = {}, id: string | number = 'mine'): void {
  const params = { name: 'work', arguments: { n: 1 }, ...more };
  client.send({ jsonrpc: '2.0', id, method: 'tools/call', params: { ...params, _meta: client.meta } });
}

/** Puts our question to a legacy client; resolves with what it sends on, and collects what it hears. */
function put(asked: SoughtCall) {
  const { way } = asked.seeker;
  assert.ok(way.kind === 'question');
  const heard: (string | undefined)[] = [];
  const takeBack = way.put(Payload.of(JSON.stringify(FORM)), (result) => {
    heard.push(result?.text());
    if (result?.string('action') === 'accept') asked.agree();
    else asked.refuse();
  });
  return { heard, takeBack };
}

const FORMS: Record<string, [capability: Message, revision: string, words: Message | undefined]> = {
  'nothing more': [{}, '2025-11-25', { enumNames: false, modes: false }],
  'forms and links': [{ form: {}, url: {} }, '2025-11-25', { enumNames: false, modes: true }],
  'forms, in an older revision': [{}, '2025-06-18', { enumNames: true, modes: false }],
  'links alone': [{ url: {} }, '2025-11-25', undefined],
};

for (const [what, [elicitation, revision, words]] of Object.entries(FORMS)) {
  test(`a client that declares elicitation and ${what} is asked in its own words, or not at all`, async (t) => {
    const { approvals, client } = await legacy(t, { elicitation }, revision);
    ask(client);
    const { way } = (await approvals.asked()).seeker;
    if (words === undefined) return assert.equal(way.kind, 'none');
    assert.ok(way.kind === 'question');
    assert.deepEqual(way.words, words);
  });
}

test('a client that declares no elicitation is not asked', async (t) => {
  const { approvals, client } = await legacy(t, { sampling: {} });
  ask(client);
  assert.equal((await approvals.asked()).seeker.way.kind, 'none');
});

test('a legacy client is asked by a request of ours, and its answer lets the call go on', async (t) => {
  const { approvals, client } = await legacy(t, { elicitation: {} });
  ask(client);
  const { heard } = put(await approvals.asked());
  const question = await client.until(({ method }) => method === 'elicitation/create');
  assert.deepEqual(question.params, FORM);
  client.send({ jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: { decision: 'once' } } });
  assert.equal((await client.reply('mine')).result.content[0].text, 'done');
  assert.deepEqual(heard, ['{"action":"accept","content":{"decision":"once"}}']);
});

const NO_ANSWERS: Record<string, Message> = {
  'an error': { error: { code: -1, message: 'no' } },
  'something that is no answer': { result: 7, error: 8 },
};

for (const [what, answer] of Object.entries(NO_ANSWERS)) {
  test(`a legacy client that answers our question with ${what} has not agreed`, async (t) => {
    const { approvals, client, server } = await legacy(t, { elicitation: {} });
    ask(client);
    const { heard } = put(await approvals.asked());
    const { id } = await client.until(({ method }) => method === 'elicitation/create');
    client.send({ jsonrpc: '2.0', id, ...answer });
    assert.equal((await client.reply('mine')).result.isError, true);
    assert.deepEqual(heard, [undefined]);
    assert.equal(server.asked('tools/call').length, 0);
  });
}

test('a question of ours that is answered elsewhere is taken back, and a late answer is an answer to nothing', async (t) => {
  const { approvals, audit, client } = await legacy(t, { elicitation: {} });
  ask(client);
  const asked = await approvals.asked();
  const { heard, takeBack } = put(asked);
  const { id } = await client.until(({ method }) => method === 'elicitation/create');
  takeBack();
  const { params } = await client.until(({ method }) => method === 'notifications/cancelled');
  assert.equal(params.requestId, id);
  client.send({ jsonrpc: '2.0', id, result: { action: 'accept' } });
  await client.ask('ping');
  assert.deepEqual(heard, []);
  assert.deepEqual(audit.refusedCodes, ['SP8003']);
  takeBack();
  asked.refuse();
  await client.reply('mine');
  assert.equal(client.messages.filter(({ method }) => method === 'notifications/cancelled').length, 1);
});

test('no backend hears the answer to a question of ours, and none can take it back', async (t) => {
  const { approvals, client, server } = await legacy(t, { elicitation: {} });
  ask(client);
  const { heard } = put(await approvals.asked());
  const { id } = await client.until(({ method }) => method === 'elicitation/create');
  server.notify('notifications/cancelled', { requestId: id });
  server.crash();
  client.notify('notifications/progress', { progressToken: id, progress: 1 });
  client.send({ jsonrpc: '2.0', id, result: { action: 'decline' } });
  await client.reply('mine');
  assert.deepEqual(heard, ['{"action":"decline"}']);
  assert.ok(server.messages.every((message) => message.result?.action === undefined));
});

/** A modern client that was asked to agree, and the state it was given. */
async function modern(t: TestContext, options: EngineOptions = {}) {
  const scene = begin(t, { era: 'modern', ...options });
  const { approvals, client } = scene;
  client.declare({ elicitation: {} });
  ask(client);
  const asked = await approvals.asked();
  assert.deepEqual(asked.seeker.way, {
    kind: 'round',
    words: { enumNames: false, modes: false },
    answered: undefined,
  });
  asked.askAgain('K7QF');
  const { result } = await client.reply('mine');
  return { ...scene, asked, result };
}

const YES = { action: 'accept', content: { decision: 'once' } };

test('a modern client is asked by the answer, and comes back with what it heard', async (t) => {
  const { approvals, audit, client, server, asked, result } = await modern(t);
  assert.equal(result.resultType, 'input_required');
  assert.deepEqual(Object.keys(result.inputRequests), [KEY]);
  assert.equal(result.inputRequests[KEY].method, 'elicitation/create');
  assert.equal(result.requestState.includes('K7QF'), false, 'the state is sealed');
  const mark = client.lines.length;
  ask(client, { requestState: result.requestState, inputResponses: { [KEY]: YES } }, 'again');
  const back = await approvals.asked(1);
  assert.ok(back.seeker.way.kind === 'round');
  assert.equal(back.seeker.way.answered!.request, 'K7QF');
  assert.deepEqual(back.seeker.way.answered!.reply!.json(), YES);
  back.agree();
  const answer = await client.reply('again', mark);
  assert.equal(answer.result.content[0].text, 'done');
  const [sent] = server.asked('tools/call');
  assert.deepEqual([sent!.params.requestState, sent!.params.inputResponses], [undefined, undefined]);
  const calls = audit.records.flatMap((record) => (record.kind === 'call' ? [record] : []));
  assert.deepEqual(
    calls.map(({ decision }) => [decision.effect, decision.agreed?.grant]),
    [
      ['require_approval', undefined],
      ['allow', 'G1'],
    ],
  );
  assert.notEqual(asked.sought.call.id, back.sought.call.id);
});

test('a modern client is asked about a prompt or a resource as about a tool, and about nothing else', async (t) => {
  const config = 'policies: { default: allow, tools: { "server/*": { action: require_approval } } }\n';
  const { approvals, client, server } = begin(t, { era: 'modern', config });
  client.declare({ elicitation: {} });
  server.onRequest('prompts/list', () => ({ ...server.complete, prompts: [{ name: 'p' }] }));
  server.onRequest('resources/list', () => ({ ...server.complete, resources: [{ name: 'r', uri: 'x://r' }] }));
  server.onRequest('resources/templates/list', () => ({ ...server.complete, resourceTemplates: [] }));
  approvals.atOnce = (asked) => asked.refuse();
  await client.ask('prompts/get', { name: 'p' });
  await client.ask('resources/read', { uri: 'x://r' });
  await client.ask('completion/complete', {
    ref: { type: 'ref/prompt', name: 'p' },
    argument: { name: 'a', value: '' },
  });
  const ways = approvals.sought.map(({ sought, seeker }) => `${sought.call.action}: ${seeker.way.kind}`);
  assert.deepEqual(ways.slice(0, 2), ['prompts/get: round', 'resources/read: round']);
  assert.deepEqual(ways.slice(2), ways.length > 2 ? ['completion/complete: none'] : []);
});

/** How a client may come back with a state that is not for what it asks now. */
const MISUSED: Record<string, (client: EngineClient, state: string, bob: EngineClient) => Promise<Message>> = {
  'other arguments': async (client, requestState) => {
    ask(client, { requestState, arguments: { n: 2 } }, 'again');
    return client.reply('again');
  },
  'another tool': async (client, requestState) => {
    ask(client, { requestState, name: 'other' }, 'again');
    return client.reply('again');
  },
  'another principal': async (_client, requestState, bob) => {
    ask(bob, { requestState }, 'again');
    return bob.reply('again');
  },
  'a state that was altered': async (client, requestState) => {
    ask(client, { requestState: `${requestState.slice(0, -2)}AA` }, 'again');
    return client.reply('again');
  },
};

for (const [what, misuse] of Object.entries(MISUSED)) {
  test(`what a modern client heard is worth nothing for ${what}`, async (t) => {
    const { approvals, audit, client, connect, server, result } = await modern(t);
    const bob = connect('bob');
    bob.declare({ elicitation: {} });
    const { error } = await misuse(client, result.requestState, bob);
    assert.equal(error.code, -32602);
    assert.ok(audit.refusedCodes.includes('SP8015'));
    assert.equal(approvals.sought.length, 1);
    assert.equal(server.asked('tools/call').length, 0);
  });
}

test('what a modern client heard is good for one request', async (t) => {
  const { approvals, client, server, result } = await modern(t);
  const { requestState } = result;
  ask(client, { requestState, inputResponses: { [KEY]: YES } }, 'first');
  ask(client, { requestState, inputResponses: { [KEY]: YES } }, 'second');
  (await approvals.asked(1)).agree();
  assert.equal((await client.reply('first')).result.content[0].text, 'done');
  assert.equal((await client.reply('second')).error.code, -32602);
  assert.equal(server.asked('tools/call').length, 1);
});

test('a request that comes back is not counted again, and one more is', async (t) => {
  let tokens = 0;
  const state = { rates: { take: () => 0 * ++tokens } };
  const config = `${ASKS}rate_limit: { max_requests: 100, window_secs: 3600 }\n`;
  const { approvals, client, result } = await modern(t, { config, state });
  const before = tokens;
  ask(client, { requestState: result.requestState, inputResponses: { [KEY]: YES } }, 'again');
  const back = await approvals.asked(1);
  assert.equal(tokens, before);
  back.askAgain();
  const { requestState } = (await client.reply('again')).result;
  ask(client, { requestState, inputResponses: { [KEY]: YES } }, 'third');
  await approvals.asked(2);
  assert.ok(tokens > before);
});

/** A call that was agreed to, and whose server wants something more of the client. */
async function inRounds(t: TestContext, args: string, beside = '') {
  const scene = await modern(t);
  const { approvals, client, server, result } = scene;
  server.hold('tools/call');
  ask(client, { requestState: result.requestState, inputResponses: { [KEY]: YES } }, 'again');
  (await approvals.asked(1)).agree();
  const [sent] = await server.askedTimes('tools/call', 1);
  const inputRequests = { a: { method: 'elicitation/create', params: { message: 'name?', requestedSchema: {} } } };
  server.result(sent!.id, { resultType: 'input_required', inputRequests, requestState: 'its own' });
  const { requestState } = (await client.reply('again')).result;
  const params = `{"name":"work","arguments":${args}${beside},"_meta":${JSON.stringify(client.meta)},"requestState":${JSON.stringify(requestState)},"inputResponses":{"a":{"action":"accept","content":{}}}}`;
  client.send(`{"jsonrpc":"2.0","id":"third","method":"tools/call","params":${params}}`);
  return scene;
}

test('the next round of a call somebody agreed to needs nobody, and its record names the agreement', async (t) => {
  const { approvals, audit, client, server } = await inRounds(t, '{"n":1}');
  const [, sent] = await server.askedTimes('tools/call', 2);
  assert.equal(sent!.params.requestState, 'its own');
  server.result(sent!.id, { content: [] });
  await client.reply('third');
  assert.equal(approvals.sought.length, 2);
  const last = audit.records.findLast((record) => record.kind === 'call')!;
  assert.deepEqual([last.decision.effect, last.decision.agreed?.grant], ['allow', 'G1']);
});

test('the next round of a call somebody agreed to is asked about anew when a number in it is written another way', async (t) => {
  const { approvals, server } = await inRounds(t, '{"n":1.0000000000000000001}');
  const asked = await approvals.asked(2);
  assert.equal(asked.seeker.way.kind, 'none');
  assert.equal(server.asked('tools/call').length, 1);
});

test('the next round of a call somebody agreed to is asked about anew when something stands beside its arguments', async (t) => {
  const { approvals, server } = await inRounds(t, '{"n":1}', ',"extra":{"n":2}');
  const asked = await approvals.asked(2);
  assert.match(asked.sought.params!.text(), /"extra":\{"n":2\}/);
  assert.equal(server.asked('tools/call').length, 1);
});
