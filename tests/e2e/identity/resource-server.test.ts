import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import {
  Client,
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
  InsufficientScopeError,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import {
  discoverOAuthProtectedResourceMetadata as discoverV1,
  extractWWWAuthenticateParams as extractV1,
} from '@modelcontextprotocol/sdk/client/auth.js';
import { systemClock } from '../../../lib/model/clock.ts';
import { modernPost, send } from '../../support/http/http.ts';
import { AUDIENCE, claimsAt, hmacToken, ISSUER } from '../../support/identity/tokens.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';
import { type Served, serve } from '../../support/program/serve.ts';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';

function start(t: TestContext): Promise<Served> {
  const oauth = {
    authorization_servers: [ISSUER],
    scopes: { 'mcp:read': ['fix/echo'], 'mcp:write': ['fix/*'] },
    required_scopes: ['mcp'],
    documentation: 'https://acme.example/docs',
  };
  const auth = { jwt: { issuer: ISSUER, audience: AUDIENCE, secret: '${JWT_SECRET}' }, oauth };
  const more = `security: ${JSON.stringify({ registry: { pin: 'off' }, auth })}\n`;
  return serve(t, { backends: fixtureBackend('fix'), more, env: { JWT_SECRET: SECRET } });
}

function tokenWith(scope: string): string {
  return hmacToken(SECRET, claimsAt(systemClock, { scope }));
}

async function connected(t: TestContext, { url }: Served, scope: string, more = {}): Promise<Client> {
  const client = new Client({ name: 'tester', version: '1.0.0' });
  const headers = { Authorization: `Bearer ${tokenWith(scope)}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers }, ...more }));
  t.after(() => client.close());
  return client;
}

test('clients of both SDKs find by our challenge and our metadata where to get a token', async (t) => {
  const served = await start(t);
  const refused = await fetch(served.url, {
    method: 'POST',
    body: '{}',
    headers: { 'Content-Type': 'application/json' },
  });
  assert.equal(refused.status, 401);
  const { resourceMetadataUrl, scope, error } = extractWWWAuthenticateParams(refused);
  assert.equal(resourceMetadataUrl?.href, served.at('/.well-known/oauth-protected-resource/mcp'));
  assert.deepEqual([scope, error], ['mcp', undefined]);
  assert.equal(extractV1(refused).resourceMetadataUrl?.href, resourceMetadataUrl?.href);
  for (const discover of [discoverOAuthProtectedResourceMetadata, discoverV1]) {
    for (const options of [undefined, { resourceMetadataUrl: resourceMetadataUrl! }]) {
      const metadata = await discover(served.url, options);
      assert.equal(metadata.resource, served.url);
      assert.deepEqual(metadata.authorization_servers, [ISSUER]);
      assert.deepEqual(metadata.scopes_supported, ['mcp', 'mcp:read', 'mcp:write']);
      assert.deepEqual(metadata.bearer_methods_supported, ['header']);
    }
  }
});

test('the SDK understands that it is to get another token, and another scope', async (t) => {
  const served = await start(t);
  await assert.rejects(connected(t, served, 'other', { onInsufficientScope: 'throw' }), (error) => {
    assert.ok(error instanceof InsufficientScopeError);
    assert.equal(error.requiredScope, 'other mcp');
    return true;
  });
  const client = await connected(t, served, 'mcp mcp:read', { onInsufficientScope: 'throw' });
  const { tools } = await client.listTools();
  assert.ok(tools.length > 1, 'what only lacks a scope is listed');
  const echoed = await client.callTool({ name: 'echo', arguments: { text: 'hello' } });
  assert.notEqual(echoed.isError, true, JSON.stringify(echoed));
  await assert.rejects(client.callTool({ name: 'whoami', arguments: {} }), (error) => {
    assert.ok(error instanceof InsufficientScopeError, String(error));
    assert.equal(error.requiredScope, 'mcp mcp:read mcp:write');
    return true;
  });
  const nobody = new Client({ name: 'tester', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(new URL(served.url), {
    authProvider: { token: async () => 'not-a-token' },
  });
  await assert.rejects(nobody.connect(transport), UnauthorizedError);
});

test('status and lists are for those who proved who they are, and health for everybody', async (t) => {
  const served = await start(t);
  for (const path of ['/healthz', '/livez', '/readyz']) assert.equal((await fetch(served.at(path))).status, 200);
  const headers = { Authorization: `Bearer ${tokenWith('mcp')}` };
  for (const path of ['/api/v1/tools', '/api/v1/backends']) {
    const refused = await fetch(served.at(path));
    assert.equal(refused.status, 401);
    assert.match(String(refused.headers.get('www-authenticate')), /resource_metadata=/);
    const narrow = { Authorization: `Bearer ${tokenWith('other')}` };
    assert.equal((await fetch(served.at(path), { headers: narrow })).status, 403);
    assert.equal((await fetch(served.at(path), { headers })).status, 200);
  }
});

test('a token of the wrong audience, of the wrong issuer, or made up, reads as any that is wrong', async (t) => {
  const served = await start(t);
  const answers = new Set<string>();
  const now = systemClock;
  for (const token of [
    hmacToken(SECRET, claimsAt(now, { scope: 'mcp', aud: 'https://other.example' })),
    hmacToken(SECRET, claimsAt(now, { scope: 'mcp', iss: 'https://other.example' })),
    hmacToken(`${SECRET}x`, claimsAt(now, { scope: 'mcp' })),
    hmacToken(SECRET, claimsAt(now, { scope: 'mcp', exp: 1 })),
    'opaque',
  ]) {
    const answer = await send(served.url, modernPost('tools/list', {}, { Authorization: `Bearer ${token}` }));
    answers.add(`${answer.status} ${answer.headers['www-authenticate']} ${answer.text}`);
  }
  assert.equal(answers.size, 1, [...answers].join('\n'));
});
