import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';

test('a second list that a lenient reader takes for the first is told to nobody', async (t) => {
  const engine = createEngine(t);
  const { server } = engine;
  const more = { name: 'more', description: 'Nobody has seen this.', inputSchema: { type: 'object' } };
  const client = engine.client('ana');
  await client.initialize();
  for (const name of ['Tools', 'TOOLS', 'tool\u017f']) {
    server.onRequest('tools/list', () => ({ tools: server.tools, [name]: [more], note: 'kept' }));
    const { result } = await client.ask('tools/list');
    assert.deepEqual(Object.keys(result), ['tools', 'note'], name);
    server.onRequest('tools/list', () => ({ [name]: [more] }));
    assert.doesNotMatch(JSON.stringify(await client.ask('tools/list')), /Nobody/, name);
  }
});
