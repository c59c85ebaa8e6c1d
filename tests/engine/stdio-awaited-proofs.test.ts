import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ResourceServerConfig } from '../../lib/model/auth-config.ts';
import { provingScene } from '../support/engine/proving-client.ts';
import { HeldTokens } from '../support/identity/held-tokens.ts';
import { plainToken } from '../support/identity/plain-tokens.ts';
import { ERAS } from '../support/mcp/eras.ts';

const OAUTH: ResourceServerConfig = {
  authorizationServers: ['https://idp.example'],
  scopes: ['mcp'],
  scopeRules: [],
  dpop: 'optional',
  dpopNonce: false,
  dpopWindowMs: 300_000,
  introspection: undefined,
  documentation: undefined,
};
const FACTS = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };

for (const era of ERAS) {
  const method = era === 'legacy' ? 'initialize' : 'tools/list';
  const params = era === 'legacy' ? FACTS : {};

  test(`${era}: a credential that was taken back while it was asked about opens nothing`, async (t) => {
    const tokens = new HeldTokens();
    const text = plainToken({ sub: 'ann' });
    const { engine, client } = await provingScene(t, { era, tokens, given: { text } });
    const answer = client.ask(method, params);
    await tokens.waitedFor(1);
    tokens.revoked.add(text);
    tokens.tell();
    assert.equal((await answer).error?.code, -31401);
    assert.equal(engine.gateway.sessions.size, 0);
  });

  test(`${era}: what was asked under a config that is over is asked anew under the one in force`, async (t) => {
    const tokens = new HeldTokens();
    const text = plainToken({ sub: 'ann', scopes: ['other'] });
    const { engine, client } = await provingScene(t, { era, tokens, given: { text } });
    const { gateway } = engine;
    const answer = client.ask(method, params);
    await tokens.waitedFor(1);
    gateway.config = { ...gateway.config, auth: { ...gateway.config.auth, resource: OAUTH } };
    tokens.tell();
    await tokens.waitedFor(1);
    tokens.tell();
    assert.equal((await answer).error?.code, -31401);
    assert.equal(engine.gateway.sessions.size, 0);
  });
}
