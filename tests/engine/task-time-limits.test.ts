import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';
import { CAN_TASKS, legacyTask, modernTask } from '../support/mcp/tasks.ts';

const config = 'limits: { execution_timeout_secs: 1 }\n';

test('64: a call that waits too long for its task calls the task off and is lost', async (t) => {
  const modern = createEngine(t, { era: 'legacy', serverEra: 'modern', config });
  modern.server.onRequest('server/discover', () => ({
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {}, ...CAN_TASKS },
  }));
  const required = { code: -32021, message: 'Tasks needed', data: { requiredCapabilities: CAN_TASKS } };
  modern.server.onRequest('tools/call', ({ id }) => {
    if (modern.server.asked('tools/call').length > 1) return { resultType: 'task', ...modernTask('own') };
    modern.server.send({ jsonrpc: '2.0', id, error: required });
    return undefined;
  });
  modern.server.onRequest('tasks/get', () => ({ resultType: 'complete', ...modernTask('own') }));

  const legacy = createEngine(t, { era: 'modern', serverEra: 'legacy', config });
  const capabilities = { tools: {}, tasks: { requests: { tools: { call: {} } } } };
  legacy.server.onRequest('initialize', ({ params }) => ({ protocolVersion: params.protocolVersion, capabilities }));
  legacy.server.tools = [{ name: 'work', inputSchema: { type: 'object' }, execution: { taskSupport: 'required' } }];
  legacy.server.onRequest('tools/call', () => ({ task: legacyTask('own') }));
  legacy.server.hold('tasks/result');

  const [ana, ben] = [modern.client('ana'), legacy.client('ben')];
  await ana.initialize();
  for (const { result } of await Promise.all([ana.call('work'), ben.call('work')])) {
    assert.equal(result.isError, true);
    assert.equal(result._meta['dev.sallyport/denial'].code, 'SP5003');
  }
  for (const { server } of [modern, legacy]) {
    const [cancelled] = await server.askedTimes('tasks/cancel', 1);
    assert.equal(cancelled!.params.taskId, 'own');
  }
});
