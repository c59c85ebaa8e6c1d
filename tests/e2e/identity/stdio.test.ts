import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../lib/model/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { claimsAt, hmacToken, ISSUER } from '../../support/identity/tokens.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';

const SECRET = 'a-secret-of-more-than-thirty-two-bytes';
/** What a gateway on standard input is called by tokens, unless the config says otherwise. */
const AUDIENCE = 'sallyport';

function start(t: TestContext, home: string, env: Record<string, string>): GatewayPeer {
  const auth = {
    required: true,
    jwt: { issuer: ISSUER, audience: AUDIENCE, secret: '${JWT_SECRET}', clock_skew: '0s' },
  };
  const config = `version: 1\nsecurity: ${JSON.stringify({ registry: { pin: 'off' }, auth })}\nbackends:\n${fixtureBackend('fix', ['--starts', join(home, 'starts')])}`;
  return new GatewayPeer(t, 'run', [], { config, home, env: { JWT_SECRET: SECRET, ...env } });
}

function tokenOf(sub: string, lasts = 300): string {
  const now = Math.floor(Date.now() / 1000);
  return hmacToken(SECRET, claimsAt(systemClock, { aud: AUDIENCE, sub, exp: now + lasts }));
}

/** Writes it as whoever renews a token does: a reader sees the old one or the new one, and never half of it. */
function put(file: string, token: string): void {
  writeFileSync(`${file}.new`, `${token}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

test('a token in a file is read again when it was renewed', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'token');
  put(file, tokenOf('alice', 12));
  const gateway = start(t, home, { SALLYPORT_TOKEN_FILE: file });
  await gateway.initialize();
  assert.ok((await gateway.call('echo', { text: 'a' })).result);
  let refused = await gateway.call('echo', { text: 'a' });
  while (refused.error === undefined) refused = await gateway.call('echo', { text: 'a' });
  assert.deepEqual(refused.error, { code: -31401, message: 'Not authenticated' });
  put(file, tokenOf('alice'));
  assert.ok((await gateway.call('echo', { text: 'a' })).result, 'with the newer token the session goes on');
  await gateway.end();
  const calls = gateway.records.filter(({ kind }) => kind === 'call');
  assert.ok(calls.length >= 2 && calls.every(({ principal }) => principal === 'alice'));
  assert.ok(gateway.records.some(({ code, detail }) => code === 'SP2008' && /expired/.test(detail)));
});

test('a token file that others can read proves nobody, and the log says why', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'token');
  writeFileSync(file, tokenOf('alice'), { mode: 0o644 });
  const gateway = start(t, home, { SALLYPORT_TOKEN_FILE: file });
  const answer = await gateway.ask('initialize', { protocolVersion: '2025-11-25', capabilities: {} });
  assert.equal(answer.error.code, -31401);
  await gateway.end();
  assert.ok(gateway.records.some(({ code }) => code === 'SP2001'));
});

test('nothing is started for a client that proves nothing, and the same is said to all it asks', async (t) => {
  const home = temporaryFolder(t);
  for (const env of [{}, { SALLYPORT_TOKEN: 'wrong' }, { SALLYPORT_TOKEN: tokenOf('a'), SALLYPORT_TOKEN_FILE: '/x' }]) {
    const gateway = start(t, home, env);
    for (const method of ['initialize', 'ping', 'server/discover', 'tools/list']) {
      assert.deepEqual((await gateway.ask(method)).error, { code: -31401, message: 'Not authenticated' });
    }
    assert.equal((await gateway.end()).code, 0);
  }
  assert.throws(() => writeFileSync(join(home, 'starts'), '', { flag: 'r+' }), /ENOENT/);
});
