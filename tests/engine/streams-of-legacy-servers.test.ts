import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createEngine, type TestEngine } from '../support/engine/engine.ts';
import { heardOn, listen, streamOf, UPDATED } from '../support/http/streams.ts';
import type { Message } from '../support/mcp/lines.ts';

const A = 'file:///a.txt';
const B = 'file:///b.txt';
const TOOLS = 'notifications/tools/list_changed';

/** Modern clients in front of a legacy server that takes subscriptions. */
function engineOf(t: TestContext): TestEngine {
  const engine = createEngine(t, { era: 'modern', serverEra: 'legacy' });
  for (const method of ['resources/subscribe', 'resources/unsubscribe']) engine.server.onRequest(method, () => ({}));
  return engine;
}

const urisOf = (engine: TestEngine, method: string) => engine.server.asked(method).map(({ params }) => params.uri);
const update = (engine: TestEngine, uri: string) => engine.server.notify(UPDATED, { uri });

test('53: a stream over a legacy server carries updates and list changes it was never tagged with', async (t) => {
  const engine = engineOf(t);
  const ana = engine.client('ana');
  const agreed = await listen(ana, 'L', { toolsListChanged: true, resourceSubscriptions: [A] });
  assert.deepEqual(agreed, { toolsListChanged: true, resourceSubscriptions: [A] });
  assert.deepEqual(await listen(ana, 2, { resourceSubscriptions: [B] }), { resourceSubscriptions: [B] });
  assert.equal(engine.server.asked('subscriptions/listen').length, 0);
  assert.deepEqual(engine.server.asked('resources/subscribe')[0]!.params, { uri: A });
  update(engine, A);
  update(engine, B);
  update(engine, 'file:///unasked.txt');
  update(engine, `${B}/below`);
  engine.server.notify(TOOLS);
  await ana.when(() => heardOn(ana, 'L').length === 3 && heardOn(ana, 2).length === 3);
  assert.deepEqual(heardOn(ana, 'L').slice(1).sort(), [UPDATED, TOOLS]);
  assert.deepEqual(heardOn(ana, 2).slice(1), [UPDATED, UPDATED]);
  const untagged = ana.messages.filter((message) => message.method !== undefined && streamOf(message) === undefined);
  assert.deepEqual(untagged, []);
});

test('52: streams of one client and of others share one subscription, and the last one to end ends it', async (t) => {
  const engine = engineOf(t);
  const [ana, ben] = [engine.client('ana'), engine.client('ben')];
  await Promise.all([
    listen(ana, 1, { resourceSubscriptions: [A] }),
    listen(ana, 2, { resourceSubscriptions: [A, B] }),
    listen(ben, 1, { resourceSubscriptions: [A] }),
  ]);
  assert.deepEqual(urisOf(engine, 'resources/subscribe').sort(), [A, B]);
  ana.notify('notifications/cancelled', { requestId: 2 });
  await engine.server.askedTimes('resources/unsubscribe', 1);
  assert.deepEqual(urisOf(engine, 'resources/unsubscribe'), [B]);
  update(engine, A);
  await ben.until(({ method }) => method === UPDATED);
  ana.notify('notifications/cancelled', { requestId: 1 });
  await ana.call('work');
  assert.deepEqual(urisOf(engine, 'resources/unsubscribe'), [B], 'ben still wants it');
  ben.end();
  await engine.server.askedTimes('resources/unsubscribe', 2);
  assert.deepEqual(urisOf(engine, 'resources/unsubscribe'), [B, A]);
  assert.deepEqual(heardOn(ana, 2).length, 1, 'a cancelled stream carries nothing more');
});

test('53: what a legacy server does not take is left out of the acknowledgement', async (t) => {
  const engine = engineOf(t);
  engine.server.onRequest('resources/subscribe', ({ id, params }) => {
    if (params.uri === A) return {};
    engine.server.error(id, -32002, 'Resource not found');
    return undefined;
  });
  const ana = engine.client('ana');
  assert.deepEqual(await listen(ana, 1, { resourceSubscriptions: [B, A] }), { resourceSubscriptions: [A] });
  update(engine, B);
  update(engine, A);
  await ana.until(({ method }) => method === UPDATED);
  assert.equal(heardOn(ana, 1).length, 2);
});

test('53: a legacy server that offers no subscriptions is asked for none', async (t) => {
  const engine = engineOf(t);
  const capabilities = { tools: { listChanged: true }, resources: {} };
  engine.server.onRequest('initialize', ({ params }) => ({ protocolVersion: params.protocolVersion, capabilities }));
  const ana = engine.client('ana');
  assert.deepEqual(await listen(ana, 1, { resourceSubscriptions: [A], toolsListChanged: true }), {
    toolsListChanged: true,
  });
  assert.deepEqual(urisOf(engine, 'resources/subscribe'), []);
});

test('53: a legacy server that was restarted is subscribed to anew, once for all streams', async (t) => {
  const engine = engineOf(t);
  const ana = engine.client('ana');
  await listen(ana, 1, { resourceSubscriptions: [A] });
  await listen(ana, 2, { resourceSubscriptions: [A], toolsListChanged: true });
  engine.server.crash();
  await ana.call('work');
  await engine.server.askedTimes('resources/subscribe', 2);
  update(engine, A);
  await ana.until((message) => message.method === UPDATED && streamOf(message) === 2);
  assert.deepEqual(urisOf(engine, 'resources/subscribe'), [A, A]);
  assert.deepEqual(heardOn(ana, 1).slice(1), [UPDATED]);
  assert.ok(!ana.messages.some(({ id }) => id === 1), 'the stream goes on');
  assert.equal(engine.server.asked('resources/unsubscribe').length, 0, 'nobody starts a server to leave it');
});

test('53: a stream may ask for a thousand resources, and is told that it gets no more', async (t) => {
  const engine = engineOf(t);
  const uris = Array.from({ length: 1001 }, (_, n) => `file:///${n}`);
  const agreed = await listen(engine.client('ana'), 1, { resourceSubscriptions: uris });
  assert.deepEqual(agreed.resourceSubscriptions, uris.slice(0, 1000));
  assert.equal(engine.server.asked('resources/subscribe').length, 1000);
});

test('52: a stream that ends while its subscription is on the way leaves none behind', async (t) => {
  const engine = engineOf(t);
  engine.server.hold('resources/subscribe');
  const ana = engine.client('ana');
  const params: Message = { notifications: { resourceSubscriptions: [A] }, _meta: ana.meta };
  ana.send({ jsonrpc: '2.0', id: 1, method: 'subscriptions/listen', params });
  const [asked] = await engine.server.askedTimes('resources/subscribe', 1);
  ana.notify('notifications/cancelled', { requestId: 1 });
  await ana.call('work');
  assert.equal(engine.server.asked('resources/unsubscribe').length, 0, 'one thing after the other');
  engine.server.result(asked!.id, {});
  await engine.server.askedTimes('resources/unsubscribe', 1);
});
