import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { LegacyHttp } from '../../support/http/legacy-http.ts';
import { oauthScene } from '../../support/identity/oauth-scene.ts';

/** The gateway has looked at its sessions meanwhile. */
const BEATS_MS = 2500;
/** Long enough for a new token to be had in the middle of it, however busy the machine. */
const IDLE_S = 10;

test('a session whose token has ended opens nothing until a newer one of the same client comes, and not for ever', async (t) => {
  const { server, url } = await oauthScene(t, {
    server: { ttl: 2 },
    jwt: { clock_skew: '0s' },
    oauth: { scopes: ['mcp'] },
    auth: { lockout: { failures: 10_000 } },
    listen: { session_idle: `${IDLE_S}s` },
  });
  const bearing = async (client: string) => ({
    Authorization: `Bearer ${(await server.clientToken(client, url, 'mcp')).access_token}`,
  });
  let headers = await bearing('service');
  const client = new LegacyHttp(url, headers);
  await client.initialize();
  const status = async () => (await client.post(client.callOf('echo', { text: 'x' }), headers)).status;
  const untilItEnds = async () => {
    while ((await status()) === 200);
    await setTimeout(BEATS_MS);
    assert.equal(await status(), 401);
  };
  await untilItEnds();
  headers = await bearing('gateway');
  assert.equal(await status(), 404, 'another client does not find it');
  headers = await bearing('service');
  assert.equal(await status(), 200, 'its own does');
  await untilItEnds();
  await setTimeout(IDLE_S * 1000);
  headers = await bearing('service');
  assert.equal(await status(), 404, 'nobody used it for longer than a session waits');
});

test('a session whose token was taken back ends, whatever comes after', async (t) => {
  const { server, url } = await oauthScene(t, {
    server: { format: 'opaque' },
    jwt: false,
    oauth: { scopes: ['mcp'], introspection: { cache: '1s' } },
  });
  const newToken = async () => (await server.clientToken('service', url, 'mcp')).access_token;
  const token = await newToken();
  const client = new LegacyHttp(url, { Authorization: `Bearer ${token}` });
  await client.initialize();
  const authorization = `Basic ${Buffer.from(`service:${server.secretOf('service')}`).toString('base64')}`;
  const body = new URLSearchParams({ token });
  await fetch(`${server.issuer}/token/revocation`, { method: 'POST', body, headers: { authorization } });
  await setTimeout(BEATS_MS + 1000);
  const renewed = { Authorization: `Bearer ${await newToken()}` };
  assert.equal((await client.post(client.callOf('echo', { text: 'x' }), renewed)).status, 404);
});
