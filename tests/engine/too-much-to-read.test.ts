import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codesIn, ORDER, sceneOf } from '../support/attacks/hidden-instructions.ts';

for (const action of ['block', 'redact'] as const) {
  const config = `security: { injection: { action: ${action} } }\n`;

  test(`what has more texts than are read is refused where instructions would be (${action})`, async (t) => {
    const scene = sceneOf(t, config);
    const flood = `${'"a",'.repeat(200_001)}${JSON.stringify(ORDER)}`;
    scene.engine.server.onRequest('tools/call', ({ id }) => {
      const result = `{"content":[],"structuredContent":{"rows":[${flood}]}}`;
      scene.engine.server.write(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}\n`);
      return undefined;
    });
    await scene.client.initialize();
    assert.deepEqual(codesIn(await scene.client.call('work'), scene), ['SP3205']);
  });

  test(`a notice too long to be read at once is refused where instructions would be (${action})`, async (t) => {
    const scene = sceneOf(t, config);
    scene.engine.server.onRequest('tools/call', () => {
      scene.engine.server.notify('notifications/message', { level: 'error', data: ORDER.padEnd(20_000, ' .') });
      return { content: [] };
    });
    await scene.client.initialize();
    await scene.client.call('work');
    assert.deepEqual(scene.engine.audit.refusedCodes, ['SP3205']);
  });
}
