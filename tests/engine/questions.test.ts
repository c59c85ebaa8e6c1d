import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createEngine, type EngineClient } from '../support/engine/engine.ts';
import type { Message } from '../support/mcp/lines.ts';
import { textOf } from '../support/mcp/peer.ts';

const CAN = { elicitation: {}, sampling: {}, roots: {} };
const ASKED: [method: string, params: Message][] = [
  ['elicitation/create', { message: 'Go on?', requestedSchema: { type: 'object', properties: {} } }],
  ['sampling/createMessage', { messages: [], maxTokens: 1 }],
];

const questionsTo = (client: EngineClient) =>
  client.messages.filter(({ id, method }) => id !== undefined && method !== undefined);

async function opened(t: TestContext) {
  const engine = createEngine(t);
  const client = engine.client('ana');
  await client.initialize({ capabilities: CAN });
  await client.ask('tools/list');
  return { ...engine, client };
}

test('a server may ask only while it works on a call, and the client hears of nothing else', async (t) => {
  const { server, client, audit } = await opened(t);
  for (const [index, [method, params]] of ASKED.entries()) {
    server.send({ jsonrpc: '2.0', id: `early ${index}`, method, params });
    const refused = await server.until(({ id, error }) => id === `early ${index}` && error !== undefined);
    assert.equal(refused.error.code, -32600, method);
  }
  await client.call('work');
  server.send({ jsonrpc: '2.0', id: 'late', method: ASKED[0]![0], params: ASKED[0]![1] });
  await server.until(({ id, error }) => id === 'late' && error !== undefined);
  await client.ask('tools/list');
  assert.deepEqual(questionsTo(client), []);
  assert.deepEqual(audit.refusedCodes, ['SP3024', 'SP3024', 'SP3024']);
});

test('a server may have four questions open for each call, and an answer makes room for another', async (t) => {
  const { server, client, audit } = await opened(t);
  server.hold('tools/call');
  const call = client.call('work');
  const [working] = await server.askedTimes('tools/call', 1);
  const [method, params] = ASKED[0]!;
  const ask = (id: string) => server.send({ jsonrpc: '2.0', id, method, params });
  for (let i = 1; i <= 5; i++) ask(`q${i}`);
  const refused = await server.until(({ id, error }) => id === 'q5' && error !== undefined);
  assert.equal(refused.error.code, -31429);
  const open = questionsTo(client);
  assert.equal(open.length, 4);
  client.send({ jsonrpc: '2.0', id: open[0].id, result: { action: 'decline' } });
  await server.until(({ id, result }) => id === 'q1' && result !== undefined);
  ask('q6');
  await client.when(() => questionsTo(client).length === 5);
  assert.deepEqual(audit.refusedCodes, ['SP3023']);
  server.result(working!.id, { content: [{ type: 'text', text: 'asked enough' }] });
  assert.equal(textOf(await call), 'asked enough');
});

test('a server that works for two clients may ask neither, for nobody can say which one it means', async (t) => {
  const engine = createEngine(t);
  const { server } = engine;
  const clients = ['ana', 'bob'].map((subject) => engine.client(subject));
  for (const client of clients) {
    await client.initialize({ capabilities: CAN });
    await client.ask('tools/list');
  }
  server.hold('tools/call');
  for (const client of clients) client.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'work' } });
  await server.askedTimes('tools/call', 2);
  server.send({ jsonrpc: '2.0', id: 'whose', method: ASKED[0]![0], params: ASKED[0]![1] });
  const refused = await server.until(({ id, error }) => id === 'whose' && error !== undefined);
  assert.equal(refused.error.code, -32600);
  for (const client of clients) assert.deepEqual(questionsTo(client), []);
});
