import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { ConsentingClient } from '../../support/identity/consenting-client.ts';
import { oauthScene } from '../../support/identity/oauth-scene.ts';
import { OAuthUser, PUBLIC_CLIENT } from '../../support/identity/oauth-user.ts';
import { ERAS } from '../../support/mcp/eras.ts';

/** A token of two seconds has ended by then, and the gateway has looked at its sessions. */
const SILENCE_MS = 4500;

for (const era of ERAS) {
  test(`${era}: a client that knows nothing but the address registers, has its user agree, lists, and calls`, async (t) => {
    const { server, url, callers } = await oauthScene(t, { oauth: { scopes: ['mcp'] } });
    const user = new OAuthUser();
    const own = await ConsentingClient.connect(t, url, user, era);
    assert.equal(own.client.getNegotiatedProtocolVersion(), era === 'modern' ? '2026-07-28' : '2025-11-25');
    const { tools } = await own.client.listTools();
    assert.ok(tools.length > 1);
    assert.match(await own.call('echo', { text: 'hello' }), /hello/);
    assert.equal(server.asked.get('/reg'), 1);
    const [asked] = user.asked;
    assert.equal(asked!.searchParams.get('resource'), url, 'the token is asked for this gateway');
    assert.equal(asked!.searchParams.get('code_challenge_method'), 'S256');
    assert.equal(asked!.searchParams.get('scope'), 'mcp offline_access');
    assert.deepEqual(callers(), [`alice by ${user.clientId}`]);
  });

  test(`${era}: a client that lacks a scope for a call asks its user for that one more, once, and goes on`, async (t) => {
    const { server, url } = await oauthScene(t, { server: { clients: [PUBLIC_CLIENT] } });
    const user = new OAuthUser({ ...PUBLIC_CLIENT, issuer: server.issuer });
    const own = await ConsentingClient.connect(t, url, user, era);
    assert.ok((await own.client.listTools()).tools.length > 1, 'what only lacks a scope is listed');
    const scopes = () => user.asked.map(({ searchParams }) => searchParams.get('scope'));
    assert.deepEqual(scopes(), ['mcp offline_access']);
    assert.match(await own.call('echo', { text: 'hello' }), /hello/);
    assert.match(await own.call('echo', { text: 'again' }), /again/);
    assert.match(await own.call('whoami'), /pid/);
    assert.deepEqual(scopes(), [
      'mcp offline_access',
      'mcp offline_access mcp.read',
      'mcp offline_access mcp.read mcp.write',
    ]);
    assert.equal(server.asked.get('/reg'), undefined);
  });

  test(`${era}: a client that said nothing while its token ended gets a new one, and goes on as before`, async (t) => {
    const { url } = await oauthScene(t, {
      server: { ttl: 2 },
      jwt: { clock_skew: '0s' },
      oauth: { scopes: ['mcp'] },
    });
    const user = new OAuthUser();
    const own = await ConsentingClient.connect(t, url, user, era);
    assert.match(await own.call('echo', { text: 'hello' }), /hello/);
    await setTimeout(SILENCE_MS);
    assert.match(await own.call('echo', { text: 'again' }), /again/);
    assert.ok(user.given.length >= 2, 'a client that listens renews it for its stream as well');
    assert.equal(user.asked.length, 1, 'its user is not asked again');
  });
}
