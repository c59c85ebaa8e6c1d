import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { endWith } from '../../support/folder.ts';
import { oauthScene } from '../../support/identity/oauth-scene.ts';
import { OAuthUser } from '../../support/identity/oauth-user.ts';

/** A token of two seconds has ended by then, and the gateway has looked at its sessions. */
const SILENCE_MS = 4500;

test('a client of the older SDK registers, has its user agree, calls, and goes on when its token has ended', async (t) => {
  const { server, url, callers } = await oauthScene(t, {
    server: { ttl: 2 },
    jwt: { clock_skew: '0s' },
    oauth: { scopes: ['mcp'] },
  });
  const user = new OAuthUser();
  const transport = () =>
    new StreamableHTTPClientTransport(new URL(url), { authProvider: user as unknown as OAuthClientProvider });
  const client = new Client({ name: 'tester', version: '1.0.0' });
  const first = transport();
  await assert.rejects(client.connect(first), UnauthorizedError);
  await first.finishAuth(user.answer.get('code')!);
  await client.close();
  await client.connect(transport());
  endWith(t, () => client.close());
  assert.ok((await client.listTools()).tools.length > 1);
  for (const text of ['one', 'two']) {
    const { content } = await client.callTool({ name: 'echo', arguments: { text } });
    assert.match(JSON.stringify(content), new RegExp(text));
    if (text === 'one') await setTimeout(SILENCE_MS);
  }
  assert.ok(user.given.length >= 2);
  assert.equal(user.asked.length, 1, 'its user is not asked again');
  assert.equal(user.asked[0]!.searchParams.get('resource'), url);
  assert.equal(server.asked.get('/reg'), 1);
  assert.deepEqual(callers(), [`alice by ${user.clientId}`]);
});
