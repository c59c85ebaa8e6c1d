import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';

test('what a client subscribes to stays until it ends, so there is not more of it than a little', async (t) => {
  const engine = createEngine(t);
  const client = engine.client('ana');
  await client.initialize();
  for (const method of ['resources/subscribe', 'resources/unsubscribe']) engine.server.onRequest(method, () => ({}));
  const subscribe = (uri: string) => client.ask('resources/subscribe', { uri });
  const long = (letter: string) => `memo:///${letter.repeat(100 * 1024)}`;
  assert.deepEqual((await subscribe(long('a'))).result, {});
  assert.deepEqual((await subscribe(long('b'))).result, {});
  assert.equal((await subscribe(long('c'))).error.code, -31429);
  await client.ask('resources/unsubscribe', { uri: long('a') });
  assert.deepEqual((await subscribe(long('c'))).result, {});
});

test('a legacy client cannot make its request look like a modern one to a legacy server', async (t) => {
  const engine = createEngine(t);
  const client = engine.client('ana');
  await client.initialize();
  const [version, info] = ['io.modelcontextprotocol/protocolVersion', 'io.modelcontextprotocol/clientInfo'];
  await client.ask('tools/call', {
    name: 'work',
    _meta: { [version]: '2026-07-28', [info]: { name: 'someone', version: '1' }, own: 1 },
  });
  const [asked] = engine.server.asked('tools/call');
  assert.deepEqual(asked!.params._meta, { own: 1 });
});
