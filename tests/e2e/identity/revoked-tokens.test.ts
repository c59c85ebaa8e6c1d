import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modernPost, send } from '../../support/http/http.ts';
import { ConsentingClient } from '../../support/identity/consenting-client.ts';
import { oauthScene } from '../../support/identity/oauth-scene.ts';
import { OAuthUser } from '../../support/identity/oauth-user.ts';
import { ERAS } from '../../support/mcp/eras.ts';
import { found } from '../../support/program/survivors.ts';

const CACHE_S = 2;

for (const era of ERAS) {
  test(`${era}: an opaque token is asked about, and refused soon after it was taken back`, async (t) => {
    const { server, url, callers } = await oauthScene(t, {
      server: { format: 'opaque' },
      jwt: false,
      oauth: { scopes: ['mcp'], introspection: { cache: `${CACHE_S}s` } },
    });
    const user = new OAuthUser();
    const own = await ConsentingClient.connect(t, url, user, era);
    assert.match(await own.call('echo', { text: 'hello' }), /hello/);
    assert.doesNotMatch(user.token, /\./);
    assert.deepEqual(callers(), [`alice by ${user.clientId}`]);

    const headers = { Authorization: `Bearer ${user.token}` };
    const status = async () => (await send(url, modernPost('tools/list', {}, headers))).status;
    assert.equal(await status(), 200);
    const body = new URLSearchParams({ token: user.token, client_id: user.clientId });
    const revoked = await fetch(`${server.issuer}/token/revocation`, { method: 'POST', body });
    assert.equal(revoked.status, 200);
    await found(async () => ((await status()) === 401 ? true : undefined), 60_000, 'the refusal');
    assert.equal(server.asked.get('/token/introspection')! <= 4, true);
  });
}
