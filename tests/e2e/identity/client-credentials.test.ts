import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import {
  Client,
  ClientCredentialsProvider,
  type OAuthClientProvider,
  PrivateKeyJwtProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { endWith } from '../../support/folder.ts';
import { oauthScene } from '../../support/identity/oauth-scene.ts';
import { ERAS, type Era } from '../../support/mcp/eras.ts';

async function connected(t: TestContext, url: string, authProvider: OAuthClientProvider, era: Era): Promise<Client> {
  const mode = era === 'modern' ? 'auto' : 'legacy';
  const client = new Client({ name: 'tester', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { authProvider }));
  endWith(t, () => client.close());
  return client;
}

for (const era of ERAS) {
  test(`${era}: a service without a user gets its tokens by its secret, one for each scope it comes to need`, async (t) => {
    const { server, url, callers } = await oauthScene(t);
    const authProvider = new ClientCredentialsProvider({
      clientId: 'service',
      clientSecret: server.secretOf('service'),
      expectedIssuer: server.issuer,
    });
    const client = await connected(t, url, authProvider, era);
    for (const text of ['one', 'two']) {
      const { content } = await client.callTool({ name: 'echo', arguments: { text } });
      assert.match(JSON.stringify(content), new RegExp(text));
    }
    assert.equal(server.asked.get('/token'), 2);
    assert.deepEqual(callers(), ['service by service']);
  });

  test(`${era}: a service without a user gets its tokens by a key of its own (private_key_jwt)`, async (t) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { server, url, callers } = await oauthScene(t, {
      server: {
        clients: [
          {
            client_id: 'robot',
            grant_types: ['client_credentials'],
            redirect_uris: [],
            response_types: [],
            token_endpoint_auth_method: 'private_key_jwt',
            jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
          } as never,
        ],
      },
    });
    const authProvider = new PrivateKeyJwtProvider({
      clientId: 'robot',
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      algorithm: 'ES256',
      expectedIssuer: server.issuer,
    });
    const client = await connected(t, url, authProvider, era);
    assert.ok((await client.listTools()).tools.length > 1);
    await client.callTool({ name: 'echo', arguments: { text: 'hello' } });
    assert.deepEqual(callers(), ['robot by robot']);
  });
}
