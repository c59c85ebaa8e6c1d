import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';
import { acknowledge, listen, tellOn, told, UPDATED } from '../support/http/streams.ts';
import type { Message } from '../support/mcp/lines.ts';
import { CAN_TASKS, legacyTask, modernTask } from '../support/mcp/tasks.ts';

const URI = 'file:///a.txt';
const LINK = { content: [{ type: 'resource_link', uri: URI, name: 'a' }] };
const FORM = { message: 'Go on?', requestedSchema: { type: 'object', properties: {} } };
const backends = ['one', 'two'];
const shownUri = ({ content }: Message) => content[0].uri;

test('50: with several legacy servers a modern client sees each prefix once, in streams, tasks and questions', async (t) => {
  const { servers, client } = createEngine(t, { era: 'modern', serverEra: 'legacy', backends });
  const capabilities = { tools: {}, resources: { subscribe: true }, tasks: { requests: { tools: { call: {} } } } };
  const execution = { taskSupport: 'required' };
  for (const server of servers) {
    server.tools = [{ name: 'work', inputSchema: { type: 'object' }, execution }];
    server.onRequest('initialize', ({ params }) => ({ protocolVersion: params.protocolVersion, capabilities }));
    server.onRequest('resources/subscribe', () => ({}));
    server.onRequest('tools/call', () => ({ task: legacyTask('own') }));
  }
  const [, two] = servers as [unknown, (typeof servers)[0]];
  const ana = client('ana');
  ana.declare({ ...CAN_TASKS, elicitation: {} });
  const { taskId } = (await ana.call('two__work')).result;
  const wanted = { resourceSubscriptions: [`two+${URI}`], taskIds: [taskId] };
  assert.deepEqual(await listen(ana, 'L', wanted), wanted);
  two.notify(UPDATED, { uri: URI });
  await ana.until(({ method }) => method === UPDATED);
  assert.equal(told(ana, UPDATED)[0].uri, `two+${URI}`);
  two.onRequest('tasks/get', () => legacyTask('own', 'input_required'));
  two.hold('tasks/result');
  await ana.ask('tasks/get', { taskId });
  const [result] = await two.askedTimes('tasks/result', 1);
  two.send({ jsonrpc: '2.0', id: 'q', method: 'elicitation/create', params: FORM });
  await ana.call('no-such-tool');
  const { inputRequests } = (await ana.ask('tasks/get', { taskId })).result;
  const [wish] = Object.values(inputRequests) as [Message];
  assert.equal(wish.params.message, '[two] Go on?');
  two.result(result!.id, LINK);
  two.onRequest('tasks/get', () => legacyTask('own', 'completed'));
  two.onRequest('tasks/result', () => LINK);
  assert.equal(shownUri((await ana.ask('tasks/get', { taskId })).result.result), `two+${URI}`);
});

test('50: with several modern servers a legacy client sees each prefix once, in updates, tasks and questions', async (t) => {
  const { servers, client } = createEngine(t, { era: 'legacy', serverEra: 'modern', backends });
  let task: Message = modernTask('own', 'input_required', {
    inputRequests: { q: { method: 'elicitation/create', params: FORM } },
  });
  for (const server of servers) {
    server.onRequest('server/discover', () => ({
      resultType: 'complete',
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: {}, resources: { subscribe: true }, ...CAN_TASKS },
    }));
    server.onRequest('subscriptions/listen', (asked) => void acknowledge(server, asked));
    server.onRequest('tools/call', () => ({ resultType: 'complete', ...LINK }));
    server.onRequest('tasks/get', () => ({ resultType: 'complete', ...task }));
    server.onRequest('tasks/update', () => ({ resultType: 'complete' }));
  }
  const [, two] = servers as [unknown, (typeof servers)[0]];
  const ana = client('ana');
  await ana.initialize({ capabilities: { elicitation: {} } });
  await ana.ask('tools/list');
  assert.deepEqual((await ana.ask('resources/subscribe', { uri: `two+${URI}` })).result, {});
  tellOn(two, two.asked('subscriptions/listen').at(-1)!, UPDATED, { uri: URI });
  await ana.until(({ method }) => method === UPDATED);
  assert.deepEqual(told(ana, UPDATED), [{ uri: `two+${URI}` }]);
  const create = async () =>
    (await ana.ask('tools/call', { name: 'two__work', arguments: {}, task: {} })).result.task.taskId;
  const once = await create();
  assert.equal(shownUri((await ana.ask('tasks/result', { taskId: once })).result), `two+${URI}`);
  two.onRequest('tools/call', () => ({ resultType: 'task', ...modernTask('own') }));
  const taskId = await create();
  const waiting = ana.ask('tasks/result', { taskId });
  const question = await ana.until(({ method }) => method === 'elicitation/create');
  assert.equal(question.params.message, '[two] Go on?');
  task = modernTask('own', 'completed', { result: LINK });
  ana.send({ jsonrpc: '2.0', id: question.id, result: { action: 'decline' } });
  assert.equal(shownUri((await waiting).result), `two+${URI}`);
  assert.deepEqual(
    (await ana.ask('tasks/list')).result.tasks.map((one: Message) => one.taskId).sort(),
    [once, taskId].sort(),
  );
});
