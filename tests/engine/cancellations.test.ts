import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';

const MEGABYTE = 'x'.repeat(1_000_000);

test('a cancellation is sent to a backend that has more to read than it may be given otherwise', async (t) => {
  const engine = createEngine(t);
  const { server } = engine;
  const client = engine.client('ana');
  await client.initialize({ capabilities: { roots: { listChanged: true } } });
  await client.ask('tools/list');
  server.hold('tools/call');
  client.send({ jsonrpc: '2.0', id: 'mine', method: 'tools/call', params: { name: 'work' } });
  const [asked] = await server.askedTimes('tools/call', 1);
  server.stopReading();
  for (let i = 0; i < 30; i++) client.notify('notifications/roots/list_changed', { padding: MEGABYTE });
  await client.ask('ping');
  const refused = await client.call('work', { text: MEGABYTE });
  assert.equal(refused.result._meta['dev.sallyport/denial'].code, 'SP5004', 'the queue is full');
  const read = await client.ask('resources/read', { uri: `memo:///${MEGABYTE}` });
  assert.equal(read.error.code, -31429);
  client.notify('notifications/cancelled', { requestId: 'mine', reason: MEGABYTE });
  await client.ask('ping');
  server.readOn();
  const cancelled = await server.until(({ method }) => method === 'notifications/cancelled');
  assert.deepEqual(cancelled.params, { requestId: asked!.id }, 'its reason is left out, or reasons could pile up');
});
