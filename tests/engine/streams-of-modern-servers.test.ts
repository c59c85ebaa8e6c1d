import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';
import { acknowledge, calledOff, tellOn, told, UPDATED } from '../support/http/streams.ts';
import type { Message } from '../support/mcp/lines.ts';
import type { Asked } from '../support/mcp/scripted-server.ts';

const A = 'file:///a.txt';
const B = 'file:///b.txt';
const TOOLS = 'notifications/tools/list_changed';
const LISTEN = 'subscriptions/listen';

/** Legacy clients in front of a modern server; streams are acknowledged by the test. */
function engineOf(t: TestContext) {
  const engine = createEngine(t, { era: 'legacy', serverEra: 'modern' });
  const { server } = engine;
  server.hold(LISTEN);
  /** Stream number `count` the server was asked for, from 1 on. */
  const stream = async (count: number): Promise<Asked> => (await server.askedTimes(LISTEN, count))[count - 1]!;
  const filter = async (count: number): Promise<Message> => (await stream(count)).params.notifications;
  return Object.assign(engine, { stream, filter });
}

test('54: a modern server is asked for changes of its lists as soon as a legacy client uses it', async (t) => {
  const { server, client, stream } = engineOf(t);
  const ana = client('ana');
  await ana.initialize();
  const first = await stream(1);
  assert.deepEqual(first.params.notifications, { toolsListChanged: true }, 'what it says it tells of');
  assert.equal(first.params._meta['io.modelcontextprotocol/protocolVersion'], '2026-07-28');
  acknowledge(server, first);
  for (let i = 0; i < 50; i++) tellOn(server, first, TOOLS);
  await ana.until(({ method }) => method === TOOLS);
  await ana.call('work');
  assert.deepEqual(told(ana, TOOLS), [undefined], 'one, without a tag');
});

test('52: a subscription of a legacy client is a stream with its resource, which replaces the one before', async (t) => {
  const { server, client, stream, filter } = engineOf(t);
  const ana = client('ana');
  await ana.initialize();
  acknowledge(server, await stream(1));
  const subscribed = ana.ask('resources/subscribe', { uri: A });
  assert.deepEqual(await filter(2), { toolsListChanged: true, resourceSubscriptions: [A] });
  assert.deepEqual(calledOff(server), [], 'the old stream stays until the new one is there');
  tellOn(server, await stream(2), UPDATED, { uri: A });
  acknowledge(server, await stream(2));
  assert.deepEqual((await subscribed).result, {});
  assert.deepEqual(calledOff(server), [(await stream(1)).id]);
  tellOn(server, await stream(1), UPDATED, { uri: A });
  tellOn(server, await stream(2), UPDATED, { uri: A, vendor: 1 });
  server.notify(UPDATED, { uri: A });
  tellOn(server, await stream(2), UPDATED, { uri: B });
  assert.deepEqual((await ana.ask('resources/subscribe', { uri: A })).result, {}, 'once is enough');
  await ana.call('work');
  assert.deepEqual(told(ana, UPDATED), [{ uri: A, vendor: 1 }]);
  const left = ana.ask('resources/unsubscribe', { uri: A });
  assert.deepEqual(await filter(3), { toolsListChanged: true });
  acknowledge(server, await stream(3));
  assert.deepEqual((await left).result, {});
  tellOn(server, await stream(3), UPDATED, { uri: A });
  await ana.call('work');
  assert.equal(told(ana, UPDATED).length, 1);
  assert.equal(server.asked('resources/subscribe').length, 0);
});

test('52: subscriptions that come side by side are made with one stream, each with its own answer', async (t) => {
  const { server, client, stream, filter } = engineOf(t);
  const ana = client('ana');
  await ana.initialize();
  const waiting = [A, B, 'x:refused'].map((uri) => ana.ask('resources/subscribe', { uri }));
  acknowledge(server, await stream(1));
  assert.deepEqual((await filter(2)).resourceSubscriptions, [A, B, 'x:refused']);
  acknowledge(server, await stream(2), { resourceSubscriptions: [B, A] });
  const [a, b, refused] = await Promise.all(waiting);
  assert.deepEqual([a!.result, b!.result], [{}, {}]);
  assert.equal(refused!.error.code, -32602);
  tellOn(server, await stream(2), UPDATED, { uri: 'x:refused' });
  const left = ana.ask('resources/unsubscribe', { uri: B });
  assert.deepEqual((await filter(3)).resourceSubscriptions, [A], 'what was refused is not asked for again');
  acknowledge(server, await stream(3));
  await left;
  assert.deepEqual(told(ana, UPDATED), []);
});

test('52: a subscription to a modern server that has no streams is refused in words of the legacy era', async (t) => {
  const { server, client } = engineOf(t);
  server.onRequest(LISTEN, ({ id, params }) => {
    if (params.notifications.resourceSubscriptions?.includes(B) === true) server.error(id, -32020, 'odd');
    else server.error(id, -32601, 'Method not found');
    return undefined;
  });
  const ana = client('ana');
  await ana.initialize();
  const { error } = await ana.ask('resources/subscribe', { uri: A });
  assert.deepEqual([error.code, error.message], [-32601, 'Method not found']);
  assert.equal((await ana.ask('resources/subscribe', { uri: B })).error.code, -32603);
  assert.deepEqual((await ana.ask('resources/unsubscribe', { uri: A })).result, {});
});

test('52: a modern server that was restarted gets one stream with all that was subscribed to', async (t) => {
  const { server, client, stream, filter } = engineOf(t);
  server.onRequest(LISTEN, (asked) => void acknowledge(server, asked));
  const ana = client('ana');
  await ana.initialize();
  for (const uri of [A, B]) assert.deepEqual((await ana.ask('resources/subscribe', { uri })).result, {});
  server.crash();
  await ana.call('work');
  assert.deepEqual((await filter(4)).resourceSubscriptions, [A, B]);
  tellOn(server, await stream(4), UPDATED, { uri: B });
  await ana.until(({ method }) => method === UPDATED);
  assert.deepEqual(told(ana, UPDATED), [{ uri: B }]);
});

test('52: clients of one modern server have a stream each, which ends with them', async (t) => {
  const { server, client, stream } = engineOf(t);
  server.onRequest(LISTEN, (asked) => void acknowledge(server, asked));
  const [ana, ben] = [client('ana'), client('ben')];
  await ana.initialize();
  await ben.initialize();
  await ana.ask('resources/subscribe', { uri: A });
  await ben.ask('resources/subscribe', { uri: B });
  const own = [await stream(3), await stream(4)];
  tellOn(server, own[0]!, UPDATED, { uri: A });
  tellOn(server, own[1]!, UPDATED, { uri: B });
  await Promise.all([ana, ben].map((one) => one.until(({ method }) => method === UPDATED)));
  assert.deepEqual([told(ana, UPDATED), told(ben, UPDATED)], [[{ uri: A }], [{ uri: B }]]);
  ana.end();
  await ben.call('work');
  assert.ok(calledOff(server).includes(own[0]!.id));
  assert.ok(!calledOff(server).includes(own[1]!.id));
});

test('52: a subscription that cannot be recorded opens no stream, and one that is called off is not kept', async (t) => {
  const { server, client, stream, filter, audit } = engineOf(t);
  const ana = client('ana');
  await ana.initialize();
  acknowledge(server, await stream(1));
  await ana.call('work');
  audit.failing = true;
  assert.equal((await ana.ask('resources/subscribe', { uri: A })).error.code, -31403);
  audit.failing = false;
  assert.equal(server.asked(LISTEN).length, 1);
  const called = { jsonrpc: '2.0', id: 'off', method: 'resources/subscribe', params: { uri: A } };
  ana.send(called);
  assert.deepEqual((await filter(2)).resourceSubscriptions, [A]);
  ana.notify('notifications/cancelled', { requestId: 'off' });
  acknowledge(server, await stream(2));
  tellOn(server, await stream(2), UPDATED, { uri: A });
  const second = ana.ask('resources/subscribe', { uri: B });
  assert.deepEqual((await filter(3)).resourceSubscriptions, [B]);
  acknowledge(server, await stream(3));
  await second;
  assert.ok(!ana.messages.some(({ id }) => id === 'off'));
  assert.deepEqual(told(ana, UPDATED), []);
});

test('52: a stream its server ends is opened anew, and one it does not acknowledge is given up', async (t) => {
  const { server, client, stream, filter } = engineOf(t);
  const ana = client('ana');
  await ana.initialize();
  acknowledge(server, await stream(1));
  const subscribed = ana.ask('resources/subscribe', { uri: A });
  acknowledge(server, await stream(2));
  await subscribed;
  t.mock.timers.enable({ apis: ['setTimeout'] });
  server.result((await stream(2)).id, {});
  await ana.call('work');
  assert.equal(server.asked(LISTEN).length, 2, 'not at once: it may be going down');
  t.mock.timers.tick(5000);
  assert.deepEqual((await filter(3)).resourceSubscriptions, [A]);
  acknowledge(server, await stream(3));
  const unheard = ana.ask('resources/subscribe', { uri: B });
  const fourth = await stream(4);
  t.mock.timers.tick(5000);
  assert.equal((await unheard).error.data['dev.sallyport/denial'].code, 'SP5006');
  assert.ok(calledOff(server).includes(fourth.id));
  tellOn(server, await stream(3), UPDATED, { uri: A });
  await ana.call('work');
  assert.deepEqual(told(ana, UPDATED), [{ uri: A }], 'the stream before goes on');
});
