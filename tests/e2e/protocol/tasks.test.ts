import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modernMeta, openFixture } from '../../support/mcp/eras.ts';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { upstream } from '../../support/mcp/upstream.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';

const EXTENSION = 'io.modelcontextprotocol/tasks';
const CAN_TASKS = { extensions: { [EXTENSION]: {} } };
const UNKNOWN = { code: -32602, message: 'Unknown task' };

function createTask(gateway: GatewayPeer, name = 'task'): Promise<Message> {
  const task = gateway.meta === undefined ? { task: { ttl: 60_000 } } : {};
  return gateway.ask('tools/call', { name, arguments: {}, ...task });
}

test('64: a legacy task lives under an id of the gateway from creation to result', async (t) => {
  const gateway = await openFixture(t, 'legacy');
  const { taskId } = (await createTask(gateway)).result.task;
  assert.doesNotMatch(taskId, /task-1/);
  const got = (await gateway.ask('tasks/get', { taskId })).result;
  assert.deepEqual([got.taskId, got.pollInterval], [taskId, 20]);
  const listed = (await gateway.ask('tasks/list')).result.tasks;
  assert.deepEqual(
    listed.map((task: Message) => task.taskId),
    [taskId],
  );
  const done = (await gateway.ask('tasks/result', { taskId })).result;
  assert.equal(done._meta['io.modelcontextprotocol/related-task'].taskId, taskId);
  assert.equal(done.content[0].text, 'task done');
  const other = (await createTask(gateway)).result.task.taskId;
  assert.notEqual(other, taskId);
  const cancelled = (await gateway.ask('tasks/cancel', { taskId: other })).result;
  assert.deepEqual([cancelled.taskId, cancelled.status], [other, 'cancelled']);
  assert.ok(!gateway.lines.some((line) => line.includes('"task-1"') || line.includes('"task-2"')));
  const own = (await upstream(gateway)).flatMap(({ method, params }) =>
    method?.startsWith('tasks/') && params?.taskId !== undefined ? [params.taskId] : [],
  );
  assert.deepEqual(own, ['task-1', 'task-1', 'task-2']);
});

test("64: the server's own id, a tampered one or somebody else's is an unknown task", async (t) => {
  const gateway = await openFixture(t, 'legacy');
  const { taskId } = (await createTask(gateway)).result.task;
  const before = (await upstream(gateway)).length;
  const middle = taskId.length >> 1;
  const flipped = `${taskId.slice(0, middle)}${taskId[middle] === 'A' ? 'B' : 'A'}${taskId.slice(middle + 1)}`;
  const { nextCursor } = (await (await openFixture(t, 'legacy', ['--page', '1'])).ask('tools/list')).result;
  const stranger = await openFixture(t, 'legacy');
  const foreign = (await createTask(stranger)).result.task.taskId;
  for (const wrong of ['task-1', flipped, taskId.slice(1), '', nextCursor, foreign]) {
    for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel']) {
      assert.deepEqual((await gateway.ask(method, { taskId: wrong })).error, UNKNOWN);
    }
  }
  for (const wrong of [undefined, 1, null, { taskId }]) {
    const { error } = await gateway.ask('tasks/get', { taskId: wrong });
    assert.equal(error.code, -32602);
  }
  const messages = (await upstream(gateway)).slice(before + 1);
  assert.ok(!messages.some(({ method }) => method?.startsWith('tasks/')));
  assert.equal((await gateway.ask('tasks/get', { taskId })).result.taskId, taskId);
});

test('64: a modern task is created, polled, updated and cancelled by a client that declared the extension', async (t) => {
  const gateway = await openFixture(t, 'modern', [], { capabilities: CAN_TASKS });
  const created = (await createTask(gateway)).result;
  assert.equal(created.resultType, 'task');
  const { taskId } = created;
  assert.doesNotMatch(taskId, /modern-task/);
  const got = (await gateway.ask('tasks/get', { taskId })).result;
  assert.deepEqual([got.resultType, got.taskId], ['complete', taskId]);
  const updated = await gateway.ask('tasks/update', { taskId, inputResponses: { a: { action: 'accept' } } });
  assert.deepEqual(updated.result, { resultType: 'complete' });
  assert.deepEqual((await gateway.ask('tasks/cancel', { taskId })).result, { resultType: 'complete' });
  assert.deepEqual((await gateway.ask('tasks/get', { taskId: 'modern-task-1' })).error, UNKNOWN);
  const own = (await upstream(gateway)).filter(({ method }) => method?.startsWith('tasks/'));
  assert.deepEqual(new Set(own.map(({ params }) => params.taskId)), new Set(['modern-task-1']));
  for (const method of ['tasks/result', 'tasks/list']) {
    assert.equal((await gateway.ask(method, { taskId })).error.code, -32601);
  }
});

test('64: news of a modern task come on the stream that asked for it, under its sealed id', async (t) => {
  const gateway = await openFixture(t, 'modern', [], { capabilities: CAN_TASKS });
  const { taskId } = (await createTask(gateway)).result;
  const params = { notifications: { taskIds: [taskId, 'modern-task-1'] }, _meta: gateway.meta };
  gateway.send({ jsonrpc: '2.0', id: 'L', method: 'subscriptions/listen', params });
  const ack = await gateway.until(({ method }) => method === 'notifications/subscriptions/acknowledged');
  assert.deepEqual(ack.params.notifications, { taskIds: [taskId] });
  const result = { resultType: 'complete', content: [{ type: 'text', text: 'task done' }] };
  await gateway.call('touch', { change: { status: 'completed', result } });
  const news = await gateway.until(({ method }) => method === 'notifications/tasks');
  assert.deepEqual([news.params.taskId, news.params.status], [taskId, 'completed']);
  assert.equal(textOf(news.params), 'task done');
});

test('64: a client that did not declare tasks gets none, and may not ask after any', async (t) => {
  const gateway = await openFixture(t, 'modern', [], { capabilities: CAN_TASKS });
  const { taskId } = (await createTask(gateway)).result;
  gateway.meta = modernMeta({});
  const required = { requiredCapabilities: { extensions: { [EXTENSION]: {} } } };
  for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
    const { error } = await gateway.ask(method, { taskId });
    assert.equal(error.code, -32021);
    assert.deepEqual(error.data, required);
  }
  assert.equal((await createTask(gateway)).error.code, -32021, 'the server refuses by itself');
  const forced = (await gateway.ask('tools/call', { name: 'task', arguments: { force: true } })).result;
  assert.equal(forced.isError, true);
  assert.equal(forced._meta['dev.sallyport/denial'].code, 'SP5006');
  gateway.meta = modernMeta(CAN_TASKS);
  assert.equal((await gateway.ask('tasks/get', { taskId })).result.taskId, taskId);
});

test('64: with several backends a task goes back to the one that made it', async (t) => {
  const config = `version: 1\nbackends:\n${fixtureBackend('one')}${fixtureBackend('two')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  const first = (await createTask(gateway, 'one__task')).result.task.taskId;
  const second = (await createTask(gateway, 'two__task')).result.task.taskId;
  assert.notEqual(first, second, 'both servers call it task-1');
  await gateway.ask('tasks/cancel', { taskId: second });
  assert.equal((await gateway.ask('tasks/get', { taskId: second })).result.status, 'cancelled');
  assert.notEqual((await gateway.ask('tasks/get', { taskId: first })).result.status, 'cancelled');
  const { tasks } = (await gateway.ask('tasks/list')).result;
  assert.deepEqual(new Set(tasks.map((task: Message) => task.taskId)), new Set([first, second]));
  assert.equal(textOf(await gateway.ask('tasks/result', { taskId: first })), 'task done');
});
