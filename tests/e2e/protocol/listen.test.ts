import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modernMeta, openFixture } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/peer.ts';
import { upstream } from '../../support/mcp/upstream.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';
import { quickest } from '../../support/quickest.ts';

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
const UPDATED = 'notifications/resources/updated';
const TOOLS = 'notifications/tools/list_changed';

function listen(gateway: GatewayPeer, id: string | number, notifications: Message): Promise<Message> {
  const params = { notifications, _meta: modernMeta() };
  gateway.send({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params });
  return gateway.until((message) => message.method === ACKNOWLEDGED && streamOf(message) === id);
}

function streamOf(message: Message): Message {
  return message.params?._meta?.['io.modelcontextprotocol/subscriptionId'];
}

function onStream(gateway: GatewayPeer, id: string | number): string[] {
  return gateway.messages.filter((message) => streamOf(message) === id).map(({ method }) => method);
}

test('53: two streams carry what each asked for, tagged with its own id, after the acknowledgement', async (t) => {
  const gateway = await openFixture(t, 'modern');
  const uri = 'file:///a.txt';
  const first = await listen(gateway, 'L', { toolsListChanged: true, resourceSubscriptions: [uri] });
  assert.deepEqual(first.params.notifications, { toolsListChanged: true, resourceSubscriptions: [uri] });
  const second = await listen(gateway, 2, { resourceSubscriptions: ['file:///b.txt'] });
  assert.deepEqual(second.params.notifications, { resourceSubscriptions: ['file:///b.txt'] });
  await gateway.call('touch', { about: uri, tools: true });
  await gateway.call('touch', { about: 'file:///b.txt' });
  await gateway.call('touch', { about: 'file:///unasked.txt' });
  await gateway.until(({ method }) => method === TOOLS);
  assert.deepEqual(onStream(gateway, 'L'), [ACKNOWLEDGED, UPDATED, TOOLS]);
  assert.deepEqual(onStream(gateway, 2), [ACKNOWLEDGED, UPDATED]);
  const untagged = gateway.messages.filter((message) => message.method && streamOf(message) === undefined);
  assert.deepEqual(untagged, []);
});

test('53: a stream the client cancels is called off upstream and carries nothing more', async (t) => {
  const gateway = await openFixture(t, 'modern');
  await listen(gateway, 'L', { toolsListChanged: true, resourceSubscriptions: ['file:///a.txt'] });
  await listen(gateway, 'M', { toolsListChanged: true });
  gateway.notify('notifications/cancelled', { requestId: 'L' });
  await gateway.call('touch', { about: 'file:///a.txt', tools: true });
  await gateway.until((message) => message.method === TOOLS && streamOf(message) === 'M');
  assert.deepEqual(onStream(gateway, 'L'), [ACKNOWLEDGED]);
  const messages = await upstream(gateway);
  const opened = messages.find(({ method }) => method === 'subscriptions/listen');
  const cancelled = messages.filter(({ method }) => method === 'notifications/cancelled');
  assert.deepEqual(
    cancelled.map(({ params }) => params.requestId),
    [opened.id],
  );
});

test('53: a stream over several backends is acknowledged once, with what they agreed to together', async (t) => {
  const modern = (name: string) => fixtureBackend(name, ['--era', 'modern'], { era: 'modern' });
  const config = `version: 1\nbackends:\n${modern('one')}${modern('two')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  gateway.meta = modernMeta();
  await gateway.ask('tools/list');
  const uris = ['two+file:///a.txt', 'one+file:///a.txt'];
  const { params } = await listen(gateway, 'L', { promptsListChanged: true, resourceSubscriptions: uris });
  assert.equal(params.notifications.promptsListChanged, true);
  assert.deepEqual(new Set(params.notifications.resourceSubscriptions), new Set(uris));
  await gateway.call('two__touch', { about: 'file:///a.txt' });
  const update = await gateway.until(({ method }) => method === UPDATED);
  assert.equal(update.params.uri, 'two+file:///a.txt');
  assert.deepEqual(onStream(gateway, 'L'), [ACKNOWLEDGED, UPDATED]);
});

test('53: a resource the policy hides is not listened to', async (t) => {
  const own = { era: 'modern', denied_resources: ['file:///secret/**'] };
  const config = `version: 1\nbackends:\n${fixtureBackend('one', ['--era', 'modern'], own)}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  gateway.meta = modernMeta();
  const secret = 'file:///secret/key.txt';
  const { params } = await listen(gateway, 'L', { resourceSubscriptions: [secret, 'file:///a.txt'] });
  assert.deepEqual(params.notifications, { resourceSubscriptions: ['file:///a.txt'] });
  await gateway.call('touch', { about: secret });
  const [asked] = (await upstream(gateway)).filter(({ method }) => method === 'subscriptions/listen');
  assert.deepEqual(asked.params.notifications, { resourceSubscriptions: ['file:///a.txt'] });
  assert.deepEqual(onStream(gateway, 'L'), [ACKNOWLEDGED]);
});

test('53: a stream goes on when its backend is restarted', async (t) => {
  const gateway = await openFixture(t, 'modern');
  const uri = 'file:///a.txt';
  await listen(gateway, 'L', { toolsListChanged: true, resourceSubscriptions: [uri] });
  const crashed = await gateway.call('crash');
  assert.equal(crashed.result.isError, true);
  await gateway.until((message) => message.method === TOOLS && streamOf(message) === 'L');
  await gateway.call('touch', { about: uri });
  await gateway.until((message) => message.method === UPDATED && streamOf(message) === 'L');
  assert.equal(onStream(gateway, 'L').filter((method) => method === ACKNOWLEDGED).length, 1);
  assert.ok(!gateway.messages.some(({ id }) => id === 'L'));
});

test('53: a stream its server ends is ended with a result, then a cancellation', async (t) => {
  const gateway = await openFixture(t, 'modern');
  await listen(gateway, 'L', { resourceSubscriptions: ['file:///a.txt'] });
  await gateway.call('touch', { end: true });
  await assertEnded(gateway);
});

test('53: a stream is ended with a result, then a cancellation, when the gateway shuts down', async (t) => {
  const took = await quickest(async () => {
    const gateway = await openFixture(t, 'modern');
    await listen(gateway, 'L', { toolsListChanged: true });
    const started = performance.now();
    await gateway.end();
    const ms = performance.now() - started;
    await assertEnded(gateway);
    return ms;
  });
  assert.ok(took < 700, 'nobody waits for a stream');
});

async function assertEnded(gateway: GatewayPeer): Promise<void> {
  const isCancel = ({ method, params }: Message) => method === 'notifications/cancelled' && params.requestId === 'L';
  await gateway.until(isCancel);
  const messages = gateway.messages;
  const result = messages.findIndex(({ id }) => id === 'L');
  assert.equal(messages[result].result.resultType, 'complete');
  assert.equal(messages[result].result._meta['io.modelcontextprotocol/subscriptionId'], 'L');
  assert.ok(result < messages.findIndex(isCancel));
  assert.equal(messages.filter(({ id }) => id === 'L').length, 1);
}
