import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IDLE_MS, idleEngine, usedEngine } from '../support/engine/idle-engine.ts';
import { acknowledge, listen, tellOn, UPDATED } from '../support/http/streams.ts';
import { textOf } from '../support/mcp/peer.ts';
import { legacyTask } from '../support/mcp/tasks.ts';

const CHANGED = 'notifications/tools/list_changed';
const URI = 'file:///a.txt';

test('a server that works on a call is not ended, however long it takes', async (t) => {
  const { server, ana, wait } = await usedEngine(t, { config: 'limits: { execution_timeout_secs: 86400 }\n' });
  server.hold('tools/call');
  const answer = ana.call('work', {}, 'long');
  const [, { id }] = (await server.askedTimes('tools/call', 2)) as [unknown, { id: number }];
  for (let i = 0; i < 10; i++) wait(IDLE_MS);
  assert.equal(server.rests, 0);
  server.result(id, { content: [{ type: 'text', text: 'at last' }] });
  assert.equal(textOf(await answer), 'at last');
  wait(IDLE_MS - 1000);
  assert.equal(server.rests, 0, 'the answer counts as well');
  wait(2000);
  assert.equal(server.rests, 1);
});

test('a question a client has not answered keeps its server', async (t) => {
  const engine = idleEngine(t);
  const ana = engine.client('ana');
  await ana.initialize({ capabilities: { roots: {} } });
  await ana.call('work');
  engine.server.send({ jsonrpc: '2.0', id: 'q', method: 'roots/list' });
  const question = await ana.until(({ method }) => method === 'roots/list');
  for (let i = 0; i < 3; i++) engine.wait(IDLE_MS);
  assert.equal(engine.server.rests, 0);
  ana.send({ jsonrpc: '2.0', id: question.id, result: { roots: [] } });
  await ana.ask('ping');
  for (let i = 0; i < 2; i++) engine.wait(IDLE_MS);
  assert.equal(engine.server.rests, 1);
});

test('a subscription of a legacy client keeps its server until it is taken back', async (t) => {
  const { server, ana, wait } = await usedEngine(t);
  for (const method of ['resources/subscribe', 'resources/unsubscribe']) server.onRequest(method, () => ({}));
  await ana.ask('resources/subscribe', { uri: URI });
  for (let i = 0; i < 3; i++) wait(IDLE_MS);
  assert.equal(server.rests, 0);
  server.notify(UPDATED, { uri: URI });
  await ana.until(({ method }) => method === UPDATED);
  await ana.ask('resources/unsubscribe', { uri: URI });
  for (let i = 0; i < 2; i++) wait(IDLE_MS);
  assert.equal(server.rests, 1);
});

for (const serverEra of ['legacy', 'modern'] as const) {
  test(`a stream of updates keeps a ${serverEra} server`, async (t) => {
    const { server, ana, wait } = await usedEngine(t, { era: 'modern', serverEra });
    server.onRequest('resources/subscribe', () => ({}));
    server.hold('subscriptions/listen');
    const agreed = listen(ana, 'L', { resourceSubscriptions: [URI] });
    if (serverEra === 'modern') {
      const [asked] = await server.askedTimes('subscriptions/listen', 1);
      acknowledge(server, asked!);
    }
    await agreed;
    for (let i = 0; i < 3; i++) wait(IDLE_MS);
    assert.equal(server.rests, 0);
  });

  test(`a stream of changed lists does not keep a ${serverEra} server, and lives on`, async (t) => {
    const { server, ana, wait } = await usedEngine(t, { era: 'modern', serverEra });
    server.hold('subscriptions/listen');
    const agreed = listen(ana, 'L', { toolsListChanged: true });
    if (serverEra === 'modern') {
      const [asked] = await server.askedTimes('subscriptions/listen', 1);
      acknowledge(server, asked!);
    }
    await agreed;
    for (let i = 0; i < 2; i++) wait(IDLE_MS);
    assert.equal(server.rests, 1);
    await ana.call('work');
    if (serverEra === 'modern') {
      const [, again] = await server.askedTimes('subscriptions/listen', 2);
      acknowledge(server, again!);
      tellOn(server, again!, CHANGED);
    } else server.notify(CHANGED);
    await ana.call('work');
    wait(1000);
    await ana.until(({ method }) => method === CHANGED);
    assert.deepEqual(
      ana.messages.filter(({ id, result }) => id === 'L' && result !== undefined),
      [],
    );
  });
}

test('a server that has made a task keeps running for it', async (t) => {
  const engine = idleEngine(t);
  const { server, wait } = engine;
  server.tools = [{ name: 'work', inputSchema: { type: 'object' }, execution: { taskSupport: 'optional' } }];
  server.onRequest('initialize', ({ params }) => ({
    protocolVersion: params.protocolVersion,
    capabilities: { tools: {}, tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } },
    serverInfo: { name: 'scripted', version: '1.0.0' },
  }));
  server.onRequest('tools/call', () => ({ task: legacyTask('own') }));
  const ana = engine.client('ana');
  await ana.initialize();
  const { result } = await ana.ask('tools/call', { name: 'work', arguments: {}, task: {} });
  assert.ok(result.task.taskId);
  for (let i = 0; i < 3; i++) wait(IDLE_MS);
  assert.equal(server.rests, 0);
  server.crash();
  server.onRequest('tools/call', () => ({ content: [] }));
  await ana.call('work');
  for (let i = 0; i < 2; i++) wait(IDLE_MS);
  assert.equal(server.rests, 1, 'another process knows nothing of the task');
});
