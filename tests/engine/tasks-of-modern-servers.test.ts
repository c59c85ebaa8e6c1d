import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createEngine, type EngineClient } from '../support/engine/engine.ts';
import { acknowledge, tellOn, told } from '../support/http/streams.ts';
import type { Message } from '../support/mcp/lines.ts';
import { CAN_TASKS, legacyTask, modernTask, RELATED, TASKS, toolResult } from '../support/mcp/tasks.ts';

const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const UNKNOWN = { code: -32602, message: 'Unknown task' };
const NEWS = 'notifications/tasks/status';

/** Legacy clients in front of a modern server whose calls become the task `own`, if their clients take tasks. */
async function engineOf(t: TestContext, capabilities: Message = {}, revision = '2025-11-25') {
  const engine = createEngine(t, { era: 'legacy', serverEra: 'modern' });
  const { server } = engine;
  let state: Message = modernTask('own');
  server.onRequest('server/discover', () => ({
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {}, ...CAN_TASKS },
    ttlMs: 0,
    cacheScope: 'private',
  }));
  server.onRequest('subscriptions/listen', (asked) => void acknowledge(server, asked));
  server.onRequest('tools/call', ({ params }) =>
    params._meta[CAPABILITIES].extensions?.[TASKS] === undefined
      ? { resultType: 'complete', ...toolResult('at once') }
      : { resultType: 'task', ...modernTask('own') },
  );
  server.onRequest('tasks/get', () => ({ resultType: 'complete', ...state }));
  for (const method of ['tasks/cancel', 'tasks/update']) server.onRequest(method, () => ({ resultType: 'complete' }));
  const ana = engine.client('ana');
  const told = await ana.initialize({ capabilities, protocolVersion: revision });
  const become = (status: string, more: Message = {}) => {
    state = modernTask('own', status, more);
  };
  return Object.assign(engine, { ana, become, capabilities: told.capabilities });
}

function create(client: EngineClient, task: Message = { ttl: 60_000 }): Promise<Message> {
  return client.ask('tools/call', { name: 'work', arguments: {}, task });
}

test('64: a call a legacy client wants as a task becomes one when the modern server makes it one', async (t) => {
  const { server, ana, become, capabilities } = await engineOf(t);
  assert.deepEqual(capabilities.tasks, { list: {}, cancel: {}, requests: { tools: { call: {} } } });
  const { task } = (await create(ana)).result;
  assert.deepEqual(task, legacyTask(task.taskId));
  assert.notEqual(task.taskId, 'own');
  const [called] = server.asked('tools/call');
  assert.equal(called!.params.task, undefined, 'the extension has no such member');
  assert.deepEqual(called!.params._meta[CAPABILITIES], CAN_TASKS);
  const { taskId } = task;
  assert.deepEqual((await ana.ask('tasks/get', { taskId })).result, legacyTask(taskId));
  const [got] = server.asked('tasks/get');
  assert.equal(got!.params.taskId, 'own');
  assert.deepEqual(got!.params._meta[CAPABILITIES], CAN_TASKS);
  become('completed', { result: toolResult('done', { resultType: 'complete', isError: true }) });
  assert.deepEqual((await ana.ask('tasks/get', { taskId })).result, legacyTask(taskId, 'failed'));
  const plain = await ana.call('work');
  assert.equal(plain.result.content[0].text, 'at once');
  assert.deepEqual(server.asked('tools/call')[1]!.params._meta[CAPABILITIES], {}, 'each call asks for itself');
});

test('64: the result of a modern task is waited for, and called off with its request', async (t) => {
  const { server, ana, become } = await engineOf(t);
  const { taskId } = (await create(ana)).result.task;
  const result = ana.ask('tasks/result', { taskId });
  await server.askedTimes('tasks/get', 3);
  become('completed', { result: toolResult('done', { resultType: 'complete', structuredContent: [1] }) });
  assert.deepEqual((await result).result, { ...toolResult('done'), _meta: { [RELATED]: { taskId } } });
  become('working');
  const open = server.asked('tasks/get').length;
  ana.send({ jsonrpc: '2.0', id: 'off', method: 'tasks/result', params: { taskId } });
  await server.askedTimes('tasks/get', open + 2);
  ana.notify('notifications/cancelled', { requestId: 'off' });
  server.onRequest('tools/call', () => ({ resultType: 'task', ...modernTask('other') }));
  const other = (await create(ana)).result.task.taskId;
  const looks = (own: string) => server.asked('tasks/get').filter(({ params }) => params.taskId === own).length;
  const before = looks('own');
  ana.send({ jsonrpc: '2.0', id: 'other', method: 'tasks/result', params: { taskId: other } });
  await server.when(() => looks('other') > 3);
  assert.equal(looks('own'), before, 'nobody looks at it any more');
  assert.ok(!ana.messages.some(({ id }) => id === 'off'));
  become('failed', { error: { code: -32021, message: 'lacks something' } });
  assert.deepEqual((await ana.ask('tasks/result', { taskId })).error, { code: -32603, message: 'lacks something' });
});

test('64: what a modern task wants to know is asked of the legacy client that waits for its result', async (t) => {
  const { server, ana, become } = await engineOf(t, { elicitation: {} });
  const { taskId } = (await create(ana)).result.task;
  const form = { message: 'Go on?', requestedSchema: { type: 'object', properties: {} } };
  const inputRequests = { q: { method: 'elicitation/create', params: form } };
  become('input_required', { inputRequests });
  const result = ana.ask('tasks/result', { taskId });
  const question = await ana.until(({ method }) => method === 'elicitation/create');
  assert.deepEqual(question.params, { ...form, _meta: { [RELATED]: { taskId } } });
  ana.send({ jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: { a: 1 } } });
  const [update] = await server.askedTimes('tasks/update', 1);
  assert.deepEqual(update!.params.inputResponses, { q: { action: 'accept', content: { a: 1 } } });
  assert.equal(update!.params.taskId, 'own');
  await server.askedTimes('tasks/get', server.asked('tasks/get').length + 2);
  assert.equal(ana.messages.filter(({ method }) => method === 'elicitation/create').length, 1, 'asked once');
  become('completed', { result: toolResult('done') });
  assert.equal((await result).result.content[0].text, 'done');
});

test('64: a modern task that wants what the client cannot tell has no result', async (t) => {
  const { ana, become } = await engineOf(t);
  const { taskId } = (await create(ana)).result.task;
  become('input_required', { inputRequests: { q: { method: 'sampling/createMessage', params: { messages: [] } } } });
  const { error } = await ana.ask('tasks/result', { taskId });
  assert.equal(error.data['dev.sallyport/denial'].code, 'SP5006');
  assert.ok(!ana.messages.some(({ method }) => method === 'sampling/createMessage'));
});

test('64: a modern task a legacy client has cancelled stays so, and one that has ended cannot be', async (t) => {
  const { server, ana, become } = await engineOf(t);
  const { taskId } = (await create(ana)).result.task;
  assert.deepEqual((await ana.ask('tasks/cancel', { taskId })).result, legacyTask(taskId, 'cancelled'));
  assert.equal(server.asked('tasks/cancel')[0]!.params.taskId, 'own');
  assert.equal((await ana.ask('tasks/get', { taskId })).result.status, 'cancelled', 'the server goes on working');
  assert.deepEqual((await ana.ask('tasks/result', { taskId })).error, {
    code: -32602,
    message: 'The task was cancelled',
  });
  become('completed', { result: toolResult('done') });
  assert.equal((await ana.ask('tasks/cancel', { taskId })).error.code, -32602);
  assert.equal(server.asked('tasks/cancel').length, 1);
});

test('64: a call that is answered at once is a task that is over, kept for its client', async (t) => {
  const engine = await engineOf(t);
  const { server, ana, pass } = engine;
  server.onRequest('tools/call', () => ({ resultType: 'complete', ...toolResult('at once') }));
  const { task } = (await create(ana, { ttl: 5000 })).result;
  assert.deepEqual([task.status, task.ttl], ['completed', 5000]);
  const { taskId } = task;
  assert.equal((await ana.ask('tasks/get', { taskId })).result.status, 'completed');
  assert.deepEqual((await ana.ask('tasks/list')).result.tasks, [task]);
  const { result } = await ana.ask('tasks/result', { taskId });
  assert.deepEqual(result, { ...toolResult('at once'), _meta: { [RELATED]: { taskId } } });
  assert.equal((await ana.ask('tasks/cancel', { taskId })).error.code, -32602);
  const ben = engine.client('ben');
  await ben.initialize();
  assert.deepEqual((await ben.ask('tasks/result', { taskId })).error, UNKNOWN);
  assert.equal(server.asked('tasks/get').length, 0);
  pass(5001);
  server.onRequest('tasks/get', ({ id }) => void server.error(id, -32602, 'no such task'));
  assert.equal((await ana.ask('tasks/get', { taskId })).error.code, -32602);
});

test('64: a legacy client lists the tasks its own calls have made, though modern servers have no list', async (t) => {
  const engine = await engineOf(t);
  const { server, ana, become } = engine;
  assert.deepEqual((await ana.ask('tasks/list')).result, { tasks: [] });
  const { taskId } = (await create(ana)).result.task;
  become('completed', { result: toolResult('done') });
  assert.deepEqual((await ana.ask('tasks/list')).result.tasks, [legacyTask(taskId, 'completed')]);
  assert.equal(server.asked('tasks/list').length, 0);
  const ben = engine.client('ben');
  await ben.initialize();
  assert.deepEqual((await ben.ask('tasks/list')).result.tasks, []);
  for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel']) {
    assert.deepEqual((await ben.ask(method, { taskId })).error, UNKNOWN);
  }
  server.onRequest('tasks/get', ({ id }) => void server.error(id, -32602, 'no such task'));
  const looked = server.asked('tasks/get').length;
  for (let i = 0; i < 2; i++) assert.deepEqual((await ana.ask('tasks/list')).result.tasks, []);
  assert.equal(server.asked('tasks/get').length, looked + 1, 'what its server forgot is forgotten');
});

test('64: news of a modern task reach the legacy client that made it, on a stream opened for them', async (t) => {
  const { server, ana } = await engineOf(t);
  const { taskId } = (await create(ana)).result.task;
  const stream = (await server.askedTimes('subscriptions/listen', 1)).at(-1)!;
  assert.deepEqual(stream.params.notifications, { taskIds: ['own'] });
  assert.deepEqual(stream.params._meta[CAPABILITIES], CAN_TASKS);
  const result = toolResult('done');
  tellOn(server, stream, 'notifications/tasks', modernTask('own', 'completed', { result }));
  await ana.until(({ method }) => method === NEWS);
  assert.deepEqual(told(ana, NEWS), [legacyTask(taskId, 'completed')]);
  server.notify('notifications/tasks', modernTask('own'));
  await ana.call('work');
  assert.equal(told(ana, NEWS).length, 1, 'what is said on no stream is said to nobody');
});

test('64: a tool a modern server runs only as a task answers a plain call when the task has ended', async (t) => {
  const { server, ana, become, audit } = await engineOf(t, {}, '2025-03-26');
  const required = { code: -32021, message: 'Tasks needed', data: { requiredCapabilities: CAN_TASKS } };
  server.onRequest('tools/call', ({ id, params }) => {
    if (params._meta[CAPABILITIES].extensions?.[TASKS] !== undefined)
      return { resultType: 'task', ...modernTask('own') };
    server.send({ jsonrpc: '2.0', id, error: required });
    return undefined;
  });
  const call = ana.call('work');
  await server.askedTimes('tasks/get', 2);
  become('completed', { result: toolResult('done', { structuredContent: [1] }) });
  assert.deepEqual((await call).result, toolResult('done'));
  assert.equal(
    audit.records.filter(({ kind }) => kind === 'done').length,
    1,
    'it is one call to whoever reads the log',
  );
  become('failed', { error: { code: -32000, message: 'broken' } });
  assert.deepEqual((await ana.call('work')).error, { code: -32000, message: 'broken' });
  become('working');
  const looked = server.asked('tasks/get').length;
  ana.send(ana.callLine('"off"', 'work'));
  await server.askedTimes('tasks/get', looked + 2);
  ana.notify('notifications/cancelled', { requestId: 'off' });
  assert.deepEqual((await server.askedTimes('tasks/cancel', 1))[0]!.params.taskId, 'own');
  assert.ok(!ana.messages.some(({ id }) => id === 'off'));
});

test('64: tools of a modern server that makes tasks are listed as such to clients of 2025-11-25', async (t) => {
  for (const [revision, expected] of [
    ['2025-11-25', [{ taskSupport: 'optional' }, { taskSupport: 'forbidden' }]],
    ['2025-06-18', [undefined, { taskSupport: 'forbidden' }]],
  ] as const) {
    const { server, ana } = await engineOf(t, {}, revision);
    const inputSchema = { type: 'object' };
    server.tools = [
      { name: 'work', inputSchema },
      { name: 'never', inputSchema, execution: { taskSupport: 'forbidden' } },
    ];
    const { tools } = (await ana.ask('tools/list')).result;
    assert.deepEqual(
      tools.map(({ execution }: Message) => execution),
      expected,
    );
  }
});

test('64: a client of a revision without tasks gets none, whatever it asks for', async (t) => {
  const { server, ana, capabilities } = await engineOf(t, {}, '2025-06-18');
  assert.equal(capabilities.tasks, undefined);
  assert.equal((await create(ana)).result.content[0].text, 'at once');
  server.onRequest('tools/call', () => ({ resultType: 'task', ...modernTask('own') }));
  const { result } = await ana.call('work');
  assert.equal(result._meta['dev.sallyport/denial'].code, 'SP5006', 'the server was not asked for a task');
});

test('64: nobody asks after tasks in a revision that has none', async (t) => {
  const { server, client } = createEngine(t, { era: 'legacy', serverEra: 'modern' });
  const ana = client('ana');
  await ana.initialize({ protocolVersion: '2025-06-18' });
  for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/list']) {
    assert.equal((await ana.ask(method, { taskId: 'any' })).error.code, -32601, method);
  }
  assert.deepEqual(
    server.messages.filter(({ method }) => method?.startsWith('tasks/')),
    [],
  );
});
