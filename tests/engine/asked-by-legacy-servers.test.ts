import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';
import type { Message } from '../support/mcp/lines.ts';
import { textOf } from '../support/mcp/peer.ts';

const CAN = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };
const FORM = { message: 'Go on?', requestedSchema: { type: 'object', properties: {} } };
const DONE = { content: [{ type: 'text', text: 'done' }] };
const ACCEPT = { action: 'accept', content: {} };

/** A modern client in front of a legacy server that leaves its calls open. */
async function opened(t: TestContext, capabilities: Message = CAN) {
  const engine = createEngine(t, { era: 'modern', serverEra: 'legacy' });
  const client = engine.client('ana');
  client.declare(capabilities);
  await client.ask('tools/list');
  engine.server.hold('tools/call');
  engine.onTwin = (twin) => twin.hold('tools/call');
  return Object.assign(engine, { ana: client });
}

const form = (id: string) => ({ jsonrpc: '2.0', id, method: 'elicitation/create', params: FORM });

test('60: what a legacy server asks during a call is input a modern client is required to give', async (t) => {
  const { server, ana } = await opened(t);
  const call = ana.call('work', { n: 1 });
  const [asked] = await server.askedTimes('tools/call', 1);
  assert.equal(asked!.params._meta, undefined, 'the modern era is not shown to it');
  server.send(form('q'));
  const { result } = await call;
  assert.equal(result.resultType, 'input_required');
  const [[key, wish]] = Object.entries(result.inputRequests) as [[string, Message]];
  assert.deepEqual(wish, { method: 'elicitation/create', params: FORM });
  const retry = {
    name: 'work',
    arguments: { n: 1 },
    inputResponses: { [key]: ACCEPT },
    requestState: result.requestState,
  };
  const second = ana.ask('tools/call', retry);
  const answer = await server.until(({ id, result: given }) => id === 'q' && given !== undefined);
  assert.deepEqual(answer.result, ACCEPT);
  server.result(asked!.id, DONE);
  assert.deepEqual((await second).result, { ...DONE, resultType: 'complete' });
  assert.equal(server.asked('tools/call').length, 1, 'the call was made once');
  assert.equal((await ana.ask('tools/call', retry)).error.code, -32602, 'a state is good for one use');
  assert.equal(server.asked('tools/call').length, 1);
});

test('60: questions follow each other, each in a round of its own, and progress goes to who waits', async (t) => {
  const { server, ana } = await opened(t);
  let answer = await Promise.all([
    ana.ask('tools/call', { name: 'work', _meta: { progressToken: 'first' } }),
    server.askedTimes('tools/call', 1).then(() => server.send(form('q1'))),
  ]).then(([first]) => first);
  const [asked] = server.asked('tools/call');
  for (const [round, next] of [
    ['second', 'q2'],
    ['third', undefined],
  ] as const) {
    const [key] = Object.keys(answer.result.inputRequests);
    const waiting = ana.ask('tools/call', {
      name: 'work',
      inputResponses: { [key!]: ACCEPT },
      requestState: answer.result.requestState,
      _meta: { progressToken: round },
    });
    await server.until(({ id, result }) => id === (next === 'q2' ? 'q1' : 'q2') && result !== undefined);
    server.notify('notifications/progress', { progressToken: asked!.id, progress: next === undefined ? 2 : 1 });
    await ana.until(({ params }) => params?.progressToken === round);
    if (next === undefined) server.result(asked!.id, DONE);
    else server.send(form(next));
    answer = await waiting;
  }
  assert.equal(textOf(answer), 'done');
});

test('60: of two retries with one state the second is refused, and neither runs the call again', async (t) => {
  const { server, ana } = await opened(t);
  const call = ana.call('work');
  const [asked] = await server.askedTimes('tools/call', 1);
  server.send(form('q'));
  const { requestState, inputRequests } = (await call).result;
  const [key] = Object.keys(inputRequests);
  const retry = { name: 'work', arguments: {}, inputResponses: { [key!]: ACCEPT }, requestState };
  const [winner, loser] = [ana.ask('tools/call', retry), ana.ask('tools/call', retry)];
  assert.equal((await loser).error.code, -32602);
  server.result(asked!.id, DONE);
  assert.equal(textOf(await winner), 'done');
  assert.equal(server.asked('tools/call').length, 1);
});

test('60: changed arguments, another user and another tool cannot take up a parked call', async (t) => {
  const engine = await opened(t);
  const { server, ana } = engine;
  server.tools.push({ name: 'other', inputSchema: { type: 'object' } });
  const call = ana.call('work', { n: 1 });
  await server.askedTimes('tools/call', 1);
  server.send(form('q'));
  const { requestState, inputRequests } = (await call).result;
  const answers = { inputResponses: { [Object.keys(inputRequests)[0]!]: ACCEPT }, requestState };
  const bob = engine.client('bob');
  bob.declare(CAN);
  await bob.ask('tools/list');
  for (const [client, params] of [
    [ana, { name: 'work', arguments: { n: 2 } }],
    [bob, { name: 'work', arguments: { n: 1 } }],
  ] as const) {
    assert.equal((await client.ask('tools/call', { ...params, ...answers })).error.code, -32602);
  }
  assert.ok(!server.messages.some(({ id }) => id === 'q'), 'nobody has answered the server');
});

test('61: a call that may be asked back has a process to itself while it waits for its client', async (t) => {
  const engine = await opened(t);
  const { server, ana } = engine;
  const first = ana.call('work', { call: 1 });
  const [one] = await server.askedTimes('tools/call', 1);
  server.send(form('q'));
  const { requestState, inputRequests } = (await first).result;
  const second = ana.call('work', { call: 2 });
  while (engine.twins.length === 0) await new Promise(setImmediate);
  const [twin] = engine.twins;
  const [two] = await twin!.askedTimes('tools/call', 1);
  assert.deepEqual(two!.params.arguments, { call: 2 });
  twin!.send({ ...form('q'), params: { ...FORM, message: 'Second?' } });
  const asked = (await second).result;
  assert.equal((Object.values(asked.inputRequests)[0] as Message).params.message, 'Second?');
  const [key] = Object.keys(inputRequests);
  const rest = ana.ask('tools/call', {
    name: 'work',
    arguments: { call: 1 },
    inputResponses: { [key!]: ACCEPT },
    requestState,
  });
  await server.until(({ id, result }) => id === 'q' && result !== undefined);
  assert.ok(!twin!.messages.some(({ id }) => id === 'q'), 'the answer went to the one that asked');
  server.result(one!.id, DONE);
  assert.equal(textOf(await rest), 'done');
});

test('60: a client that can answer nothing has no process to itself, and the server hears that nobody is there', async (t) => {
  const { server, ana, twins } = await opened(t, {});
  const calls = [ana.call('work', { n: 1 }), ana.call('work', { n: 2 })];
  const asked = await server.askedTimes('tools/call', 2);
  server.send(form('q'));
  assert.equal((await server.until(({ id, error }) => id === 'q' && error !== undefined)).error.code, -32602);
  for (const { id } of asked) server.result(id, DONE);
  for (const call of calls) assert.equal(textOf(await call), 'done');
  assert.equal(twins.length, 0);
});

test('63: a link a legacy server wants opened first is asked of a client that can, and the call made again', async (t) => {
  const { server, ana } = await opened(t);
  const links = [{ mode: 'url', elicitationId: 'e', url: 'https://example.com/x', message: 'Sign in' }];
  const call = ana.call('work');
  const [asked] = await server.askedTimes('tools/call', 1);
  server.send({
    jsonrpc: '2.0',
    id: asked!.id,
    error: { code: -32042, message: 'first', data: { elicitations: links } },
  });
  const { result } = await call;
  const [[key, wish]] = Object.entries(result.inputRequests) as [[string, Message]];
  assert.deepEqual(wish.params, { mode: 'url', url: 'https://example.com/x', message: 'Sign in' });
  const inputResponses = { [key]: { action: 'accept' } };
  const again = ana.ask('tools/call', {
    name: 'work',
    arguments: {},
    inputResponses,
    requestState: result.requestState,
  });
  const [, next] = await server.askedTimes('tools/call', 2);
  assert.deepEqual([next!.params.inputResponses, next!.params.requestState], [undefined, undefined]);
  server.result(next!.id, DONE);
  assert.equal(textOf(await again), 'done');
});
