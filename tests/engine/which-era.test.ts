import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';

const DISCOVERED = { supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, ttlMs: 0, cacheScope: 'private' };

test('a server that refuses our revision and names the same one as its own is asked once more, and no more', async (t) => {
  for (const refusals of [1, 2]) {
    const { server, ...engine } = createEngine(t, { era: 'modern', findOut: true });
    server.onRequest('server/discover', ({ id }) => {
      if (server.asked('server/discover').length > refusals) return DISCOVERED;
      const data = { supported: ['2026-07-28'], requested: '2026-07-28' };
      server.send({ jsonrpc: '2.0', id, error: { code: -32022, message: 'Unsupported protocol version', data } });
      return undefined;
    });
    const { error, result } = await engine.client('ana').ask('tools/list');
    assert.deepEqual([error?.code, result?.tools?.length], refusals === 1 ? [undefined, 1] : [-31502, undefined]);
    assert.equal(server.asked('initialize').length, 0);
  }
});

test('a server that refuses the probe as only a modern one does is never sent initialize', async (t) => {
  const { server, ...engine } = createEngine(t, { era: 'modern', findOut: true });
  server.onRequest('server/discover', ({ id }) => {
    server.send({ jsonrpc: '2.0', id, error: { code: -32022, message: 'no', data: { supported: ['2030-01-01'] } } });
    return undefined;
  });
  const client = engine.client('ana');
  for (let i = 0; i < 2; i++) assert.equal((await client.ask('tools/list')).error.code, -31502);
  assert.equal(server.asked('initialize').length, 0);
});

test('a server that answers initialize with a revision that has none is opened as the modern one it is', async (t) => {
  const { server, ...engine } = createEngine(t, { era: 'legacy', serverEra: 'modern', findOut: true });
  server.onRequest('initialize', () => ({
    protocolVersion: '2026-07-28',
    capabilities: { tools: {} },
    serverInfo: {},
  }));
  const client = engine.client('ana');
  const { protocolVersion } = await client.initialize();
  assert.equal(protocolVersion, '2025-11-25');
  assert.equal((await client.ask('tools/call', { name: 'work', arguments: {} })).result.content[0].text, 'done');
  assert.equal(server.asked('server/discover').length, 1);
});
