import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { firstFar, legacyFar, modernFar, pairedFar } from '../../support/http/far-servers.ts';
import { json, RawHttp } from '../../support/http/raw-http.ts';
import { modernMeta } from '../../support/mcp/eras.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { GatewayPeer } from '../../support/program/gateway.ts';

function gatewayTo(t: TestContext, url: string): GatewayPeer {
  return new GatewayPeer(t, 'run', [], { config: `version: 1\nbackends: [{ name: far, url: "${url}" }]\n` });
}

for (const [what, open] of [
  ['modern', modernFar],
  ['of SDK v2 with sessions', legacyFar],
  ['of SDK v1 with sessions', firstFar],
  ['of SDK v1 with the pair of 2024-11-05', pairedFar],
] as const) {
  test(`a server ${what} is found out, whichever era its client speaks`, async (t) => {
    const far = await open(t);
    for (const era of ['legacy', 'modern'] as const) {
      const gateway = gatewayTo(t, far.url);
      if (era === 'legacy') await gateway.initialize();
      else gateway.meta = modernMeta();
      const answer = await gateway.call('test_simple_text');
      assert.equal(textOf(answer), 'This is a simple text response for testing.', `${era}: ${gateway.stderr}`);
    }
  });
}

test('a server in trouble, or one that wants other credentials, is not taken for one of the other era', async (t) => {
  const far = new RawHttp(t);
  const gateway = gatewayTo(t, await far.listen());
  gateway.meta = modernMeta();
  for (const status of [503, 401]) {
    far.onMessage('server/discover', ({ response }) => response.writeHead(status).end());
    const answer = await gateway.call('work');
    assert.match(JSON.stringify(answer), new RegExp(`HTTP ${status}`));
  }
  const complete = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };
  far.onMessage('server/discover', (received) =>
    json(received, { ...complete, supportedVersions: ['2026-07-28'], capabilities: { tools: {} } }),
  );
  far.onMessage('tools/list', (received) =>
    json(received, { ...complete, tools: [{ name: 'work', inputSchema: { type: 'object' } }] }),
  );
  far.onMessage('tools/call', (received) =>
    json(received, { resultType: 'complete', content: [{ type: 'text', text: 'done' }] }),
  );
  assert.equal(textOf(await gateway.call('work')), 'done');
  assert.equal(far.received.filter(({ message }) => message?.method === 'initialize').length, 0);
});
