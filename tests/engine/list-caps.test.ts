import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, type EngineClient } from '../support/engine/engine.ts';
import type { Message } from '../support/mcp/lines.ts';

const tool = (name: string, description = ''): Message => ({ name, description, inputSchema: { type: 'object' } });
const many = (count: number, description = '') =>
  Array.from({ length: count }, (_, index) => tool(`t${index}`, description));

async function toolsOf(client: EngineClient): Promise<Message[]> {
  return (await client.ask('tools/list')).result.tools;
}

test('a list holds two thousand items in all, whichever backends they come from', async (t) => {
  const engine = createEngine(t, { backends: ['one', 'two'] });
  for (const server of engine.servers) server.tools = many(1500);
  const client = engine.client('ana');
  await client.initialize();
  const tools = await toolsOf(client);
  assert.equal(tools.length, 2000);
  assert.equal(tools.filter(({ name }) => name.startsWith('one__')).length, 1500);
  engine.servers[0]!.tools = many(3000);
  assert.equal((await toolsOf(client)).length, 2000);
});

test('a list of a single backend is cut off there, too', async (t) => {
  const engine = createEngine(t);
  engine.server.tools = many(3000);
  const client = engine.client('ana');
  await client.initialize();
  assert.equal((await toolsOf(client)).length, 2000);
});

test('a list is cut off at about four mebibytes', async (t) => {
  const engine = createEngine(t, { backends: ['one', 'two'] });
  for (const server of engine.servers) server.tools = many(60, 'x'.repeat(64 * 1024));
  const client = engine.client('ana');
  await client.initialize();
  const bytes = JSON.stringify(await toolsOf(client)).length;
  assert.ok(bytes > 3_500_000 && bytes < 4.2 * 1024 * 1024, `${bytes} bytes`);
});

test('calls of unknown names make a server list its tools once in five seconds, however often it says they changed', async (t) => {
  const engine = createEngine(t);
  const { server } = engine;
  const client = engine.client('ana');
  await client.initialize();
  const listed = () => server.asked('tools/list').length;
  for (let i = 0; i < 20; i++) {
    assert.equal((await client.call(`unknown${i}`)).error.code, -32602);
    server.notify('notifications/tools/list_changed');
    await client.ask('ping');
  }
  assert.equal(listed(), 1);
  server.tools = [...server.tools, tool('added')];
  engine.pass(5000);
  assert.ok((await client.call('added')).result, 'after that it is asked again');
  assert.equal(listed(), 2);
});

test('a server that lists other names each time and has no last page is not remembered for ever', async (t) => {
  const engine = createEngine(t);
  const client = engine.client('ana');
  await client.initialize();
  for (let round = 0; round < 6; round++) {
    const tools = Array.from({ length: 2000 }, (_, index) => tool(`t${round}-${index}`));
    engine.server.onRequest('tools/list', () => ({ tools, nextCursor: 'more' }));
    assert.equal((await toolsOf(client)).length, 2000);
  }
  assert.ok(engine.gateway.backends[0]!.catalog.toolNames.length <= 4000);
  assert.equal(engine.gateway.backends[0]!.catalog.named('tools', 't0-0'), undefined);
  assert.ok((await client.call('t5-1999')).result, 'what was listed last can be called');
});
