import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';
import { ERAS } from '../support/mcp/eras.ts';

const PROMPTS = [{ name: 'open' }, { name: 'secret' }];
const complete = (name: string) => ({ ref: { type: 'ref/prompt', name }, argument: { name: 'a', value: '' } });

for (const era of ERAS) {
  for (const serverEra of ERAS) {
    test(`51: a denied prompt completes nothing, and only a hundred values are shown (${era} client, ${serverEra} server)`, async (t) => {
      const config = 'profile: balanced\n';
      const engine = createEngine(t, { era, serverEra, config, backends: ['server'] });
      const { server } = engine;
      const marks = serverEra === 'modern' ? { resultType: 'complete' } : {};
      server.onRequest('prompts/list', () => ({ ...marks, prompts: PROMPTS }));
      const values = Array.from({ length: 150 }, (_, index) => `v${index}`);
      server.onRequest('completion/complete', () => ({ ...marks, completion: { values } }));
      const client = engine.client('ana');
      if (era === 'legacy') await client.initialize();
      else client.declare({});
      await client.ask('prompts/list');
      const { completion } = (await client.ask('completion/complete', complete('open'))).result;
      assert.deepEqual([completion.values.length, completion.total, completion.hasMore], [100, 150, true]);
      assert.equal((await client.ask('completion/complete', complete('nobody'))).error.code, -32602);
      assert.equal(server.asked('completion/complete').length, 1);
    });
  }
}

test('66: a list a server calls public is private behind the gateway, and nobody gets one that was made for another', async (t) => {
  const engine = createEngine(t, { era: 'modern', config: 'profile: balanced\n' });
  const { server } = engine;
  server.onRequest('tools/list', () => ({
    resultType: 'complete',
    tools: server.tools,
    ttlMs: 60_000,
    cacheScope: 'public',
  }));
  for (const [count, subject] of ['ana', 'bob', 'ana'].entries()) {
    const client = engine.client(subject);
    client.declare({});
    server.tools = [{ name: `of-${count}`, inputSchema: { type: 'object' } }];
    const { cacheScope, tools } = (await client.ask('tools/list')).result;
    assert.deepEqual([cacheScope, tools[0].name], ['private', `of-${count}`], 'every client is answered anew');
  }
  assert.equal(server.asked('tools/list').length, 3);
});
