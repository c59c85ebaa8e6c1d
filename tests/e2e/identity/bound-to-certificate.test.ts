import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { ClientAuthority, type ClientIdentity, tlsFiles } from '../../support/http/client-certificates.ts';
import { modernPost, send } from '../../support/http/http.ts';
import { SHOWN_CERTIFICATE } from '../../support/identity/authorization-server.ts';
import { oauthScene } from '../../support/identity/oauth-scene.ts';

/** What RFC 7591 calls a client whose tokens are bound to its certificate (RFC 8705, 3.4). */
const CLIENT = {
  client_id: 'machine',
  client_secret: 'machine-secret-of-at-least-32-bytes',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  tls_client_certificate_bound_access_tokens: true,
} as never;

for (const format of ['jwt', 'opaque'] as const) {
  test(`a token bound to a certificate (${format}) opens on connections with that certificate alone`, async (t) => {
    const authority = new ClientAuthority();
    const { tls, trusted } = tlsFiles(temporaryFolder(t), authority.ca);
    const { server, url, callers } = await oauthScene(t, {
      server: { format, clients: [CLIENT] },
      ...(format === 'jwt' ? {} : { jwt: false }),
      oauth: { scopes: ['mcp'] },
      listen: { tls },
    });
    const [own, other] = [
      authority.issue({ names: ['DNS:own.example'] }),
      authority.issue({ names: ['DNS:other.example'] }),
    ];
    const shown = { [SHOWN_CERTIFICATE]: Buffer.from(own.cert).toString('base64') };
    const { access_token } = await server.clientToken('machine', url, 'mcp', shown);
    const status = async (certificate: ClientIdentity | undefined, scheme = 'Bearer') => {
      const headers = { Authorization: `${scheme} ${access_token}` };
      const call = modernPost('tools/call', { name: 'echo', arguments: { text: 'x' } }, headers);
      return (await send(url, { ...call, ca: trusted, tls: certificate })).status;
    };
    assert.equal(await status(own), 200);
    assert.deepEqual(callers(), ['machine by machine']);
    assert.equal(await status(other), 401, 'with another certificate');
    assert.equal(await status(undefined), 401, 'with none');
    assert.equal(await status(own, 'DPoP'), 401, 'under another scheme');
    assert.equal(await status(own), 200);
  });
}
