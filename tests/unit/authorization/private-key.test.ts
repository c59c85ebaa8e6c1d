import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openObtained } from '../../../backends/authorization/open.ts';
import { systemClock } from '../../../lib/model/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { startAuthorizationServer } from '../../support/identity/authorization-server.ts';
import { obtaining, send } from '../../support/identity/obtaining.ts';
import { startProtectedServer } from '../../support/identity/protected-server.ts';

const KEYS = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
} as const;

for (const alg of ['ES256', 'RS256'] as const) {
  test(`a client proves itself by a statement signed with ${alg}, and needs no secret`, async (t) => {
    const { privateKey, publicKey } = KEYS[alg]();
    const server = await startAuthorizationServer(t, {
      clients: [
        {
          client_id: 'keyed',
          token_endpoint_auth_method: 'private_key_jwt',
          token_endpoint_auth_signing_alg: alg,
          jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg } as never] },
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
      ],
    });
    const far = await startProtectedServer(t, server);
    const folder = temporaryFolder(t);
    const file = join(folder, 'client.pem');
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    const backend = obtaining(far.url, {
      mode: 'client_credentials',
      issuer: server.issuer,
      clientId: 'keyed',
      clientProof: { kind: 'key', file },
    });
    const ground = { clock: systemClock, stateDir: folder, environment: {}, learn: () => {}, subjectToken: () => '' };
    assert.equal((await send(openObtained(backend, ground), far.url, 'tools/list')).status, 200);
  });
}
