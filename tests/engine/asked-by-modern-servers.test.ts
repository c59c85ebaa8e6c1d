import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createEngine, type EngineClient } from '../support/engine/engine.ts';
import type { Message } from '../support/mcp/lines.ts';
import { textOf } from '../support/mcp/peer.ts';
import type { Asked } from '../support/mcp/scripted-server.ts';

const CAN = { elicitation: {}, sampling: {}, roots: { listChanged: true } };
const FORM = { message: 'Go on?', requestedSchema: { type: 'object', properties: {} } };
const WISHES = {
  form: { method: 'elicitation/create', params: FORM },
  model: { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } },
  folders: { method: 'roots/list' },
};
const DONE = { content: [{ type: 'text', text: 'done' }] };

/** A legacy client in front of a modern server, which wants `wishes` before it does its work. */
async function opened(t: TestContext, capabilities: Message = CAN) {
  const engine = createEngine(t, { era: 'legacy', serverEra: 'modern' });
  const client = engine.client('ana');
  await client.initialize({ capabilities });
  await client.ask('tools/list');
  engine.server.hold('tools/call');
  return { ...engine, client };
}

const questionsTo = (client: EngineClient) =>
  client.messages.filter(({ id, method }) => id !== undefined && method !== undefined);

/** Answers the `count` questions the client has, by method. */
async function answerAll(client: EngineClient, count: number, answers: Record<string, Message>): Promise<void> {
  await client.when(() => questionsTo(client).length >= count);
  for (const { id, method } of questionsTo(client).slice(-count))
    client.send({ jsonrpc: '2.0', id, ...answers[method] });
}

const ANSWERS = {
  'elicitation/create': { result: { action: 'accept', content: {} } },
  'sampling/createMessage': { result: { role: 'assistant', model: 'm', content: { type: 'text', text: 'x' } } },
  'roots/list': { result: { roots: [{ uri: 'file:///w' }] } },
};

test('60: a legacy client is asked what a modern server wants to know, and the call is made again with it', async (t) => {
  const { server, client } = await opened(t);
  const call = client.ask('tools/call', { name: 'work', arguments: { n: 1 }, _meta: { progressToken: 'p' } });
  const [first] = await server.askedTimes('tools/call', 1);
  const meta = first!.params._meta;
  assert.equal(meta['io.modelcontextprotocol/protocolVersion'], '2026-07-28');
  assert.deepEqual(meta['io.modelcontextprotocol/clientCapabilities'], {
    elicitation: { form: {} },
    sampling: {},
    roots: {},
  });
  server.result(first!.id, { resultType: 'input_required', inputRequests: WISHES, requestState: 'as "is"' });
  await answerAll(client, 3, ANSWERS);
  const again = (await server.askedTimes('tools/call', 2))[1] as Asked;
  assert.notEqual(again.id, first!.id);
  assert.deepEqual(again.params.arguments, { n: 1 });
  assert.equal(again.params.requestState, 'as "is"');
  assert.deepEqual(again.params.inputResponses, {
    form: ANSWERS['elicitation/create'].result,
    model: ANSWERS['sampling/createMessage'].result,
    folders: ANSWERS['roots/list'].result,
  });
  assert.equal(again.params._meta.progressToken, again.id, 'progress of the second round has a token of its own');
  server.notify('notifications/progress', { progressToken: again.id, progress: 1 });
  const { params } = await client.until(({ method }) => method === 'notifications/progress');
  assert.equal(params.progressToken, 'p');
  server.result(again.id, DONE);
  const { result } = await call;
  assert.deepEqual(result, DONE);
});

test('60: a state alone makes the call again without asking anybody', async (t) => {
  const { server, client } = await opened(t);
  const call = client.call('work');
  const [first] = await server.askedTimes('tools/call', 1);
  server.result(first!.id, { resultType: 'input_required', requestState: 's1' });
  const again = (await server.askedTimes('tools/call', 2))[1] as Asked;
  assert.deepEqual([again.params.requestState, again.params.inputResponses], ['s1', undefined]);
  server.result(again.id, DONE);
  assert.equal(textOf(await call), 'done');
  assert.deepEqual(questionsTo(client), []);
});

test('60: a declined form reaches the server, an error becomes a cancelled one, and a refused sampling ends the call', async (t) => {
  const { server, client } = await opened(t);
  const forms = [{ result: { action: 'decline' } }, { error: { code: -1, message: 'no' } }];
  for (const [index, answer] of forms.entries()) {
    const call = client.call('work');
    const asked = (await server.askedTimes('tools/call', 2 * index + 1)).at(-1)!;
    server.result(asked.id, { resultType: 'input_required', inputRequests: { f: WISHES.form } });
    await answerAll(client, 1, { 'elicitation/create': answer });
    const again = (await server.askedTimes('tools/call', 2 * index + 2)).at(-1)!;
    assert.equal(again.params.inputResponses.f.action, ['decline', 'cancel'][index]);
    server.result(again.id, DONE);
    assert.equal(textOf(await call), 'done');
  }
  const call = client.call('work');
  const asked = (await server.askedTimes('tools/call', 5)).at(-1)!;
  server.result(asked.id, { resultType: 'input_required', inputRequests: { m: WISHES.model } });
  await answerAll(client, 1, { 'sampling/createMessage': { error: { code: -1, message: 'User rejected' } } });
  const { result } = await call;
  assert.equal(result.isError, true);
  assert.equal(result._meta['dev.sallyport/denial'].code, 'SP3025');
});

test('59: what the client cannot answer, a map that is none and an endless series of rounds end the call', async (t) => {
  const { server, client } = await opened(t, { elicitation: {} });
  const bad = [{ inputRequests: { m: WISHES.model } }, { inputRequests: [] }, {}];
  for (const [index, result] of bad.entries()) {
    const call = client.call('work');
    const asked = (await server.askedTimes('tools/call', index + 1)).at(-1)!;
    server.result(asked.id, { resultType: 'input_required', ...result });
    assert.equal((await call).result._meta['dev.sallyport/denial'].code, 'SP5006');
  }
  server.onRequest('tools/call', () => ({
    resultType: 'input_required',
    inputRequests: { f: WISHES.form },
  }));
  const call = client.call('work');
  for (let round = 1; round <= 10; round++) {
    await client.when(() => questionsTo(client).length === round);
    client.send({ jsonrpc: '2.0', id: questionsTo(client).at(-1)!.id, result: { action: 'accept' } });
  }
  assert.match(textOf(await call), /more than 10 times/);
});

test('60: a call that is cancelled while its client is asked takes the question back and is not made again', async (t) => {
  const { server, client } = await opened(t);
  client.send({ jsonrpc: '2.0', id: 'gone', method: 'tools/call', params: { name: 'work' } });
  const [asked] = await server.askedTimes('tools/call', 1);
  server.result(asked!.id, { resultType: 'input_required', inputRequests: { f: WISHES.form } });
  await client.when(() => questionsTo(client).length === 1);
  const question = questionsTo(client)[0]!;
  client.notify('notifications/cancelled', { requestId: 'gone' });
  const { params } = await client.until(({ method }) => method === 'notifications/cancelled');
  assert.equal(params.requestId, question.id);
  client.send({ jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: {} } });
  await client.ask('tools/list');
  assert.equal(server.asked('tools/call').length, 1);
  assert.equal(
    client.messages.some(({ id }) => id === 'gone'),
    false,
  );
});

test('a tool that needs what a legacy client lacks answers with an error the model can read', async (t) => {
  const { server, client } = await opened(t, {});
  const call = client.ask('tools/call', { name: 'work' });
  server.error((await server.askedTimes('tools/call', 1))[0]!.id, -32021, 'it asks');
  assert.deepEqual((await call).result, { content: [{ type: 'text', text: 'it asks' }], isError: true });
});
