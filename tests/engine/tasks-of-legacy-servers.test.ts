import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';
import { listen, told } from '../support/http/streams.ts';
import type { Message } from '../support/mcp/lines.ts';
import { textOf } from '../support/mcp/peer.ts';
import { CAN_TASKS, legacyTask, modernTask, RELATED, toolResult } from '../support/mcp/tasks.ts';

const CAPABILITIES = {
  tools: { listChanged: true },
  tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
};
const OUTCOME = toolResult('done', { _meta: { [RELATED]: { taskId: 'own' } } });
const NEWS = 'notifications/tasks';

/** A modern client in front of a legacy server whose tool `long` runs only as a task, and `maybe` as it is asked to. */
async function engineOf(t: TestContext, client: Message = CAN_TASKS, server: Message = CAPABILITIES) {
  const engine = createEngine(t, { era: 'modern', serverEra: 'legacy' });
  let state: Message = legacyTask('own');
  const inputSchema = { type: 'object' };
  engine.server.tools = [
    { name: 'work', inputSchema },
    { name: 'long', inputSchema, execution: { taskSupport: 'required' } },
    { name: 'maybe', inputSchema, execution: { taskSupport: 'optional' } },
  ];
  engine.server.onRequest('initialize', ({ params }) => ({
    protocolVersion: params.protocolVersion,
    capabilities: server,
    serverInfo: { name: 'scripted', version: '1.0.0' },
  }));
  engine.server.onRequest('tools/call', ({ params }) =>
    params.task === undefined ? toolResult('at once') : { task: legacyTask('own'), _meta: { vendor: 1 } },
  );
  for (const method of ['tasks/get', 'tasks/cancel']) engine.server.onRequest(method, () => state);
  engine.server.onRequest('tasks/result', () => OUTCOME);
  const ana = engine.client('ana');
  ana.declare(client);
  const become = (status: string) => {
    state = legacyTask('own', status);
  };
  return Object.assign(engine, { ana, become });
}

test('64: a tool that must be a task is made one for a modern client that takes tasks', async (t) => {
  const { server, ana, become } = await engineOf(t);
  const params = { name: 'long', arguments: { n: 1 }, _meta: { progressToken: 'p' } };
  const { result } = await ana.ask('tools/call', params);
  const { taskId } = result;
  assert.notEqual(taskId, 'own');
  assert.deepEqual(result, { resultType: 'task', ...modernTask(taskId), _meta: { vendor: 1 } });
  const { _meta, ...called } = server.asked('tools/call')[0]!.params;
  assert.deepEqual(called, { name: 'long', arguments: { n: 1 }, task: {} });
  server.notify('notifications/progress', { progressToken: _meta.progressToken, progress: 1 });
  assert.deepEqual((await ana.ask('tasks/get', { taskId })).result, { ...modernTask(taskId), resultType: 'complete' });
  assert.deepEqual(server.asked('tasks/get')[0]!.params, { taskId: 'own' });
  assert.equal(server.asked('tasks/result').length, 0);
  become('failed');
  const ended = (await ana.ask('tasks/get', { taskId })).result;
  const outcome = toolResult('done', { resultType: 'complete' });
  assert.deepEqual(ended, { ...modernTask(taskId, 'completed'), resultType: 'complete', result: outcome });
  server.onRequest('tasks/result', ({ id }) => void server.error(id, -32002, 'gone'));
  const failed = (await ana.ask('tasks/get', { taskId })).result;
  assert.deepEqual([failed.status, failed.error], ['failed', { code: -32602, message: 'gone' }]);
  assert.deepEqual(told(ana, 'notifications/progress'), [], 'tasks of the extension have none');
});

test('64: a tool that may be a task, or cannot be one, is called as it is', async (t) => {
  const { server, ana } = await engineOf(t);
  for (const name of ['work', 'maybe']) {
    assert.equal(textOf(await ana.call(name)), 'at once');
    assert.equal(textOf(await ana.ask('tools/call', { name, arguments: {}, task: {} })), 'at once');
  }
  assert.ok(server.asked('tools/call').every(({ params }) => params.task === undefined));
});

test('64: a server that says nothing of tasks gets none, whatever its tools say', async (t) => {
  const { server, ana } = await engineOf(t, CAN_TASKS, { tools: {} });
  assert.equal(textOf(await ana.call('long')), 'at once');
  assert.equal(server.asked('tools/call')[0]!.params.task, undefined);
});

test('64: without the extension the call of such a tool waits for its task, progress included', async (t) => {
  const { server, ana } = await engineOf(t, {});
  server.hold('tasks/result');
  const params = { name: 'long', arguments: {}, _meta: { progressToken: 'p' } };
  const call = ana.ask('tools/call', params);
  const [result] = await server.askedTimes('tasks/result', 1);
  assert.deepEqual(result!.params, { taskId: 'own' });
  const { progressToken } = server.asked('tools/call')[0]!.params._meta;
  server.notify('notifications/progress', { progressToken, progress: 1 });
  await ana.until(({ method, params: got }) => method === 'notifications/progress' && got.progressToken === 'p');
  server.result(result!.id, OUTCOME);
  assert.deepEqual((await call).result, toolResult('done', { resultType: 'complete' }));
  server.notify('notifications/progress', { progressToken, progress: 2 });
  const required = (await ana.ask('tasks/get', { taskId: 'x' })).error.code;
  assert.equal(required, -32021);
  assert.equal(told(ana, 'notifications/progress').length, 1);
});

test('64: a call that waits for a task calls it off when it is cancelled, and answers with its error', async (t) => {
  const { server, ana } = await engineOf(t, {});
  server.hold('tasks/result');
  ana.send(ana.callLine('"off"', 'long'));
  await server.askedTimes('tasks/result', 1);
  ana.notify('notifications/cancelled', { requestId: 'off' });
  const [cancelled] = await server.askedTimes('tasks/cancel', 1);
  assert.deepEqual(cancelled!.params, { taskId: 'own' });
  server.onRequest('tasks/result', ({ id }) => void server.error(id, -32000, 'the tool failed'));
  assert.deepEqual((await ana.call('long')).error, { code: -32000, message: 'the tool failed' });
  assert.ok(!ana.messages.some(({ id }) => id === 'off'));
  assert.equal(server.asked('tasks/cancel').length, 1, 'what has ended need not be called off');
});

test('64: what the server asks while a call waits for its task is input the modern client gives', async (t) => {
  const { server, ana } = await engineOf(t, { elicitation: {} });
  server.hold('tasks/result');
  const first = ana.call('long');
  const [result] = await server.askedTimes('tasks/result', 1);
  const form = { message: 'Go on?', requestedSchema: { type: 'object', properties: {} } };
  const params = { ...form, _meta: { [RELATED]: { taskId: 'own' } } };
  server.send({ jsonrpc: '2.0', id: 'q', method: 'elicitation/create', params });
  const { inputRequests, requestState } = (await first).result;
  const [[key, wish]] = Object.entries(inputRequests) as [[string, Message]];
  assert.deepEqual(wish, { method: 'elicitation/create', params: form });
  const inputResponses = { [key]: { action: 'accept', content: {} } };
  const second = ana.ask('tools/call', { name: 'long', arguments: {}, inputResponses, requestState });
  await server.until(({ id, result: answer }) => id === 'q' && answer?.action === 'accept');
  server.result(result!.id, OUTCOME);
  assert.equal(textOf(await second), 'done');
  assert.equal(server.asked('tools/call').length, 1);
});

test('64: cancelling is acknowledged, also of a task that has ended; updates have nothing to update', async (t) => {
  const { server, ana, become } = await engineOf(t);
  const { taskId } = (await ana.call('long')).result;
  assert.deepEqual((await ana.ask('tasks/cancel', { taskId })).result, { resultType: 'complete' });
  assert.deepEqual(server.asked('tasks/cancel')[0]!.params, { taskId: 'own' });
  server.onRequest('tasks/cancel', ({ id }) => void server.error(id, -32602, 'already over'));
  become('completed');
  assert.deepEqual((await ana.ask('tasks/cancel', { taskId })).result, { resultType: 'complete' });
  server.onRequest('tasks/get', ({ id }) => void server.error(id, -32602, 'no such task'));
  assert.deepEqual((await ana.ask('tasks/cancel', { taskId })).error, { code: -32602, message: 'already over' });
  const { error } = await ana.ask('tasks/update', { taskId, inputResponses: { a: { action: 'accept' } } });
  assert.equal(error.code, -32602);
  assert.equal((await ana.ask('tasks/result', { taskId })).error.code, -32601);
  assert.ok(!server.messages.some(({ method }) => method === 'tasks/update'));
});

test('64: news of a legacy task come on the stream that follows it, with the outcome when it has ended', async (t) => {
  const engine = await engineOf(t);
  const { server, ana } = engine;
  const { taskId } = (await ana.call('long')).result;
  assert.deepEqual(await listen(ana, 'L', { taskIds: [taskId, 'own'] }), { taskIds: [taskId] });
  const ben = engine.client('ben');
  ben.declare(CAN_TASKS);
  assert.deepEqual(await listen(ben, 'M', { taskIds: [taskId] }), {}, 'it is of no use to another principal');
  server.notify('notifications/tasks/status', legacyTask('own', 'working', { statusMessage: 'half' }));
  server.notify('notifications/tasks/status', legacyTask('other', 'working'));
  server.notify('notifications/tasks/status', legacyTask('own', 'completed'));
  await ana.until(({ method, params }) => method === NEWS && params.status === 'completed');
  const tag = { _meta: { 'io.modelcontextprotocol/subscriptionId': 'L' } };
  assert.deepEqual(told(ana, NEWS), [
    { ...modernTask(taskId, 'working', { statusMessage: 'half' }), ...tag },
    { ...modernTask(taskId, 'completed', { result: toolResult('done', { resultType: 'complete' }) }), ...tag },
  ]);
  await ben.call('work');
  assert.deepEqual(told(ben, NEWS), []);
  ana.declare({});
  const refused = { notifications: { taskIds: [taskId] } };
  assert.equal((await ana.ask('subscriptions/listen', refused)).error.code, -32021);
});

test('64: what a legacy task wants to know stands in the task, and updates answer it', async (t) => {
  const engine = await engineOf(t, { ...CAN_TASKS, elicitation: {} });
  const { server, ana, become } = engine;
  const { taskId } = (await ana.call('long')).result;
  server.hold('tasks/result');
  become('input_required');
  const look = async () => (await ana.ask('tasks/get', { taskId })).result;
  assert.equal((await look()).status, 'working', 'it is asked what it wants first');
  const [result] = await server.askedTimes('tasks/result', 1);
  const form = { message: 'Go on?', requestedSchema: { type: 'object', properties: {} } };
  const params = { ...form, _meta: { [RELATED]: { taskId: 'own' } } };
  server.hold('tools/call');
  const other = ana.call('work');
  await server.askedTimes('tools/call', 2);
  server.send({ jsonrpc: '2.0', id: 'q', method: 'elicitation/create', params });
  await ana.call('no-such-tool');
  const waiting = await look();
  const [[key, wish]] = Object.entries(waiting.inputRequests) as [[string, Message]];
  assert.equal(waiting.status, 'input_required');
  assert.deepEqual(wish, { method: 'elicitation/create', params: form });
  const stray = await ana.ask('tasks/update', { taskId, inputResponses: { stray: { action: 'accept' } } });
  assert.deepEqual(stray.result, { resultType: 'complete' });
  const action = { action: 'accept', content: { a: 1 } };
  const updated = await ana.ask('tasks/update', { taskId, inputResponses: { [key]: action } });
  assert.deepEqual(updated.result, { resultType: 'complete' });
  const told = await server.until(({ id, result: answer }) => id === 'q' && answer !== undefined);
  assert.deepEqual(told.result, action);
  assert.equal((await look()).inputRequests, undefined, 'it is not asked twice');
  server.result(result!.id, OUTCOME);
  server.onRequest('tasks/result', () => OUTCOME);
  become('completed');
  assert.equal(textOf(await look()), 'done');
  assert.equal((await ana.ask('tasks/update', { taskId, inputResponses: {} })).error.code, -32602);
  server.send({ jsonrpc: '2.0', id: 'late', method: 'elicitation/create', params });
  const late = await server.until(({ id, error }) => id === 'late' && error !== undefined);
  assert.equal(late.error.code, -32602, 'the other call is not asked what belongs to a task');
  server.result(server.asked('tools/call')[1]!.id, toolResult('other'));
  assert.equal(textOf(await other), 'other');
});
