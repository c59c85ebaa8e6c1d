import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listen } from '../../support/http/streams.ts';
import { modernMeta, openFixture } from '../../support/mcp/eras.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { CAN_TASKS, RELATED, toolResult } from '../../support/mcp/tasks.ts';

test('64: a tool of a legacy server that runs only as a task serves modern clients of both kinds', async (t) => {
  const gateway = await openFixture(t, 'modern', ['--only-tasks'], { serverEra: 'legacy', capabilities: CAN_TASKS });
  const { result } = await gateway.call('task');
  assert.equal(result.resultType, 'task');
  const { taskId } = result;
  assert.deepEqual(await listen(gateway, 'L', { taskIds: [taskId] }), { taskIds: [taskId] });
  let state = result;
  while (state.status === 'working') state = (await gateway.ask('tasks/get', { taskId })).result;
  assert.equal(state.status, 'completed');
  assert.deepEqual(state.result, toolResult('task done', { resultType: 'complete' }));
  const other = (await gateway.call('task')).result.taskId;
  assert.deepEqual((await gateway.ask('tasks/cancel', { taskId: other })).result, { resultType: 'complete' });
  assert.ok(!gateway.lines.some((line) => line.includes('"task-1"') || line.includes('"task-2"')));
  gateway.meta = modernMeta();
  assert.deepEqual((await gateway.call('task')).result, toolResult('task done', { resultType: 'complete' }));
});

test('64: a task of a modern server is one of 2025-11-25 to a legacy client, from creation to result', async (t) => {
  const gateway = await openFixture(t, 'legacy', [], { serverEra: 'modern' });
  const { task } = (await gateway.ask('tools/call', { name: 'task', arguments: {}, task: { ttl: 60_000 } })).result;
  const { taskId } = task;
  assert.deepEqual([task.status, task.ttl], ['working', 60_000]);
  const waiting = gateway.ask('tasks/result', { taskId });
  const [listed] = (await gateway.ask('tasks/list')).result.tasks;
  assert.deepEqual([listed.taskId, listed.status], [taskId, 'working']);
  const result = { resultType: 'complete', ...toolResult('task done') };
  await gateway.call('touch', { change: { status: 'completed', result } });
  assert.deepEqual((await waiting).result, toolResult('task done', { _meta: { [RELATED]: { taskId } } }));
  const news = await gateway.until(({ method }) => method === 'notifications/tasks/status');
  assert.deepEqual([news.params.taskId, news.params.status], [taskId, 'completed']);
  assert.equal((await gateway.ask('tasks/cancel', { taskId })).error.code, -32602);
  assert.equal((await gateway.ask('tasks/get', { taskId: 'modern-task-1' })).error.message, 'Unknown task');
  const once = (await gateway.ask('tools/call', { name: 'echo', arguments: { text: 'hi' }, task: {} })).result.task;
  assert.equal(textOf(await gateway.ask('tasks/result', { taskId: once.taskId })), 'hi');
});
