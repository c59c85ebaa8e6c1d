import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DpopSession } from '@modelcontextprotocol/client';
import { decodeJwt } from 'jose';
import { type Headers as Lines, modernPost, send } from '../../support/http/http.ts';
import { ConsentingClient } from '../../support/identity/consenting-client.ts';
import { oauthScene } from '../../support/identity/oauth-scene.ts';
import { OAuthUser, PUBLIC_CLIENT } from '../../support/identity/oauth-user.ts';
import { KeyHolder } from '../../support/identity/proofs.ts';
import { ERAS } from '../../support/mcp/eras.ts';

for (const era of ERAS) {
  for (const nonces of [false, true]) {
    test(`${era}: a client of the SDK proves its key with each request, ${nonces ? 'with' : 'without'} nonces of both servers, and nobody else can`, async (t) => {
      const { server, url, callers } = await oauthScene(t, {
        server: { nonces, clients: [PUBLIC_CLIENT] },
        oauth: { dpop: 'required', dpop_nonce: nonces },
      });
      const posted: { headers: Headers; status: number }[] = [];
      const user = new OAuthUser({ ...PUBLIC_CLIENT, issuer: server.issuer }, await DpopSession.create());
      const own = await ConsentingClient.connect(t, url, user, era, {
        fetch: async (to, init) => {
          const response = await fetch(to, init);
          if (init?.method === 'POST' && String(to) === url)
            posted.push({ headers: new Headers(init.headers), status: response.status });
          return response;
        },
      });
      assert.ok((await own.client.listTools()).tools.length > 1);
      assert.match(await own.call('echo', { text: 'hello' }), /hello/);
      assert.equal(user.given.at(-1)!.token_type, 'DPoP');
      assert.deepEqual(callers(), [`alice by ${user.clientId}`]);
      assert.equal(user.asked.length, 2, 'its user agreed once to come in, and once to the scope of the tool');
      assert.equal(server.asked.get('/token'), nonces ? 3 : 2, 'the authorization server asks for a nonce once');
      assert.equal(posted.filter(({ status }) => status === 401).length, 1, 'the nonce came with the first refusal');

      const { token } = user;
      const last = posted.at(-1)!.headers;
      const sent = { Authorization: String(last.get('authorization')), DPoP: String(last.get('dpop')) };
      assert.equal(sent.Authorization, `DPoP ${token}`);
      assert.equal(decodeJwt(sent.DPoP)['nonce'] !== undefined, nonces);
      const stolen: Readonly<Record<string, Lines>> = {
        'as a bearer token': { Authorization: `Bearer ${token}` },
        'without a proof': { Authorization: `DPoP ${token}` },
        'with a proof of another key': { ...sent, DPoP: new KeyHolder().proof('POST', url, { token }) },
        'with a proof that was used': sent,
      };
      for (const [how, headers] of Object.entries(stolen)) {
        assert.equal((await send(url, modernPost('tools/list', {}, headers))).status, 401, how);
      }
      assert.match(await own.call('echo', { text: 'again' }), /again/);
    });
  }
}

test('a token that is bound to no key opens nothing where proofs are required', async (t) => {
  const { server, url } = await oauthScene(t, { oauth: { scopes: ['mcp'], dpop: 'required' } });
  const { access_token } = await server.clientToken('service', url, 'mcp');
  const { status, headers } = await send(
    url,
    modernPost('tools/list', {}, { Authorization: `Bearer ${access_token}` }),
  );
  assert.equal(status, 401);
  assert.match(String(headers['www-authenticate']), /^DPoP /);
});
