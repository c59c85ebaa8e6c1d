import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../support/mcp/peer.ts';
import { fixtureBackend, GatewayPeer, wrapFixture } from '../support/program/gateway.ts';

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
};

test('several backends are one server: names, URIs and lists are merged', async (t) => {
  const config = `version: 1\nbackends:\n${fixtureBackend('one')}${fixtureBackend('two')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  const result = await gateway.initialize();
  assert.equal(result.serverInfo.name, 'sallyport');
  const listed = await gateway.ask('tools/list');
  const names = listed.result.tools.map(({ name }: { name: string }) => name);
  assert.ok(names.includes('one__echo') && names.includes('two__echo'), names.join(' '));
  assert.equal(textOf(await gateway.call('two__echo', { text: 'hi' })), 'hi');
  const resources = await gateway.ask('resources/list');
  assert.equal(resources.result.resources[0].uri, 'one+file:///a.txt');
  const read = await gateway.ask('resources/read', { uri: 'two+file:///a.txt' });
  assert.equal(read.result.contents[0].uri, 'two+file:///a.txt');
  const link = await gateway.call('one__link');
  assert.equal(link.result.content[0].uri, 'one+file:///a.txt');
  assert.equal(link.result.content[2].text, 'file:///a.txt');
  assert.deepEqual((await gateway.call('three__echo')).error.message, 'Unknown tool: three__echo');
});

test('a server asks the client, and the answer reaches it', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize({ capabilities: { elicitation: {} } });
  const call = gateway.call('ask', {
    method: 'elicitation/create',
    params: { message: 'Name?', requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } },
  });
  const question = await gateway.until(({ method }) => method === 'elicitation/create');
  gateway.send({ jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: { name: 'Ada' } } });
  assert.equal(JSON.parse(textOf(await call)).result.content.name, 'Ada');
});

test('progress and cancellation pass under the ids of each side', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize();
  const call = gateway.ask(
    'tools/call',
    { name: 'slow', arguments: { ms: 200, steps: 2 }, _meta: { progressToken: 'tok' } },
    'p1',
  );
  const progress = await gateway.until(({ method }) => method === 'notifications/progress');
  assert.equal(progress.params.progressToken, 'tok');
  await call;
  gateway.send({ jsonrpc: '2.0', id: 'h', method: 'tools/call', params: { name: 'hang' } });
  gateway.notify('notifications/cancelled', { requestId: 'h', reason: 'enough' });
  const received = JSON.parse(textOf(await gateway.call('received')));
  const cancelled = received
    .map((l: string) => JSON.parse(l))
    .find((m: { method: string }) => m.method === 'notifications/cancelled');
  assert.equal(cancelled.params.reason, 'enough');
  assert.equal(typeof cancelled.params.requestId, 'number');
});

test('a modern client and a modern server meet through the gateway', async (t) => {
  const gateway = wrapFixture(t, ['--era', 'modern'], { flags: ['--era', 'modern'] });
  const found = await gateway.ask('server/discover', { _meta: META });
  assert.deepEqual(found.result.supportedVersions, ['2026-07-28']);
  const echoed = await gateway.ask('tools/call', { name: 'echo', arguments: { text: 'modern' }, _meta: META });
  assert.equal(textOf(echoed), 'modern');
  const asked = await gateway.ask('tools/call', { name: 'ask', arguments: {}, _meta: META });
  assert.equal(asked.result.resultType, 'input_required');
  assert.notEqual(asked.result.requestState, 'state:1');
  const done = await gateway.ask('tools/call', {
    name: 'ask',
    arguments: {},
    requestState: asked.result.requestState,
    inputResponses: { name: { action: 'accept', content: { name: 'Ada' } } },
    _meta: META,
  });
  assert.equal(JSON.parse(textOf(done)).state, 'state:1');
  const again = await gateway.ask('tools/call', {
    name: 'ask',
    arguments: {},
    requestState: asked.result.requestState,
    inputResponses: {},
    _meta: META,
  });
  assert.equal(again.error.code, -32602);
  gateway.send({
    jsonrpc: '2.0',
    id: 'L',
    method: 'subscriptions/listen',
    params: { notifications: { toolsListChanged: true, resourceSubscriptions: ['file:///a.txt'] }, _meta: META },
  });
  const ack = await gateway.until(({ method }) => method === 'notifications/subscriptions/acknowledged');
  assert.equal(ack.params._meta['io.modelcontextprotocol/subscriptionId'], 'L');
});

test('a legacy task is created, polled and fetched under an id of the gateway', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize();
  const created = await gateway.ask('tools/call', { name: 'task', arguments: {}, task: { ttl: 1000 } });
  const { taskId } = created.result.task;
  assert.notEqual(taskId, 'task-1');
  assert.equal((await gateway.ask('tasks/get', { taskId })).result.taskId, taskId);
  const result = await gateway.ask('tasks/result', { taskId });
  assert.equal(result.result._meta['io.modelcontextprotocol/related-task'].taskId, taskId);
  const status = await gateway.until(({ method }) => method === 'notifications/tasks/status');
  assert.equal(status.params.taskId, taskId);
});
