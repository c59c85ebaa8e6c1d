import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';
import type { Message } from '../support/mcp/lines.ts';

const SOON_MS = 20_000;

test('a batch whose first request is answered at once and whose last element is broken is answered once', async (t) => {
  const engine = createEngine(t);
  const client = engine.client('ana');
  await client.initialize({ protocolVersion: '2025-03-26' });
  const from = client.lines.length;
  client.send('[{"jsonrpc":"2.0","id":1,"method":"ping"},5,{"jsonrpc":"2.0","id":2,"method":"ping"},[]]');
  await client.ask('ping', {}, 'after');
  const answers: Message[] = client.messages.slice(from).filter(Array.isArray);
  assert.equal(answers.length, 1, JSON.stringify(answers));
  assert.deepEqual(
    answers[0].map(({ id }: Message) => id),
    [1, null, 2, null],
  );
});

test('a wish for something the client declares as null is an invalid answer, and ends nothing', async (t) => {
  const engine = createEngine(t, { era: 'modern' });
  const client = engine.client('ana');
  const params = { mode: 'form', message: 'hello', requestedSchema: { type: 'object', properties: {} } };
  const inputRequests = { a: { method: 'elicitation/create', params } };
  engine.server.onRequest('tools/call', () => ({ resultType: 'input_required', inputRequests }));
  client.declare({ elicitation: null });
  const answer = await client.call('work');
  assert.equal(answer.result._meta['dev.sallyport/denial'].code, 'SP5006');
});

test('capabilities with a hundred thousand extensions hold nobody up', async (t) => {
  const engine = createEngine(t);
  const extensions = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`x/${index}`, {}]));
  engine.server.onRequest('initialize', ({ params }) => ({
    protocolVersion: params.protocolVersion,
    capabilities: { extensions },
    serverInfo: { name: 'big', version: '1' },
  }));
  const client = engine.client('ana');
  const before = performance.now();
  const result = await client.initialize({ capabilities: { extensions } });
  assert.ok(performance.now() - before < SOON_MS, `${performance.now() - before} ms`);
  assert.deepEqual(result.capabilities.extensions, {});
});

test('a stream for a hundred thousand resources holds nobody up', async (t) => {
  const engine = createEngine(t, { era: 'modern' });
  const client = engine.client('ana');
  const resourceSubscriptions = Array.from({ length: 100_000 }, (_, index) => `a:${index}`);
  const before = performance.now();
  client.send({
    jsonrpc: '2.0',
    id: 'many',
    method: 'subscriptions/listen',
    params: { notifications: { resourceSubscriptions }, _meta: client.meta },
  });
  await client.ask('tools/list');
  assert.ok(performance.now() - before < SOON_MS, `${performance.now() - before} ms`);
});

test('a list of a hundred thousand things without a name is told of in a few words, and soon', async (t) => {
  const engine = createEngine(t);
  engine.server.tools = Array.from({ length: 100_000 }, () => ({}));
  const client = engine.client('ana');
  await client.initialize();
  const before = performance.now();
  assert.deepEqual((await client.ask('tools/list')).result.tools, []);
  assert.ok(performance.now() - before < SOON_MS, `${performance.now() - before} ms`);
  const told = engine.logged.filter(({ event }) => event === 'item_left_out');
  assert.ok(told.length <= 51, `${told.length} entries`);
});

test('notifications nobody knows and questions nobody may ask are recorded up to a number', async (t) => {
  const engine = createEngine(t);
  const client = engine.client('ana');
  await client.initialize();
  for (let i = 0; i < 500; i++) {
    engine.server.notify('notifications/nobody_knows');
    engine.server.send({ jsonrpc: '2.0', id: i, method: 'sampling/createMessage', params: {} });
  }
  await client.ask('tools/list');
  const refused = engine.audit.records.filter(({ kind }) => kind === 'refused');
  assert.ok(refused.length > 0 && refused.length <= 100, `${refused.length} records`);
});
