import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../../lib/model/clock.ts';
import { modernPost, send } from '../../support/http/http.ts';
import { PublishedKeys } from '../../support/identity/published-keys.ts';
import { AUDIENCE, claimsAt, jwksOf, signed, signer } from '../../support/identity/tokens.ts';
import { serve } from '../../support/program/serve.ts';
import { found } from '../../support/program/survivors.ts';

test('a config that is read again brings an issuer, takes it away, and changes nothing when it cannot be used', async (t) => {
  const issuer = await PublishedKeys.start(t);
  const key = signer('ES256', 'k1');
  issuer.published = jwksOf(key);
  const hash = `sha256:${'0'.repeat(64)}`;
  const keys = [{ key: hash, client_id: 'c' }];
  const served = await serve(t, { keys, auth: { lockout: { failures: 10_000 } }, more: 'reload: signal\n' });
  const file = join(served.home, 'serve.yaml');
  const before = readFileSync(file, 'utf8');
  const token = signed(key, claimsAt(systemClock, { iss: issuer.origin }));
  const status = async () =>
    (await send(served.url, modernPost('tools/list', {}, { Authorization: `Bearer ${token}` }))).status;
  const told = (event: string) => served.records.filter((record) => record.event === event).length;
  const reloaded = async (text: string, event = 'config_reloaded') => {
    const count = told(event);
    writeFileSync(file, text);
    served.child.kill('SIGHUP');
    await found(() => told(event) > count || undefined, 30_000, event);
  };
  const auth = (jwt: object) =>
    before.replace(
      '"auth":{',
      `"auth":{"jwt":${JSON.stringify({ issuer: issuer.origin, audience: AUDIENCE, ...jwt })},`,
    );
  assert.equal(await status(), 401);
  await reloaded(auth({ jwks_uri: `${issuer.origin}/jwks` }));
  assert.equal(await status(), 200);
  await reloaded(auth({ jwks_file: join(served.home, 'nowhere') }), 'config_reload_failed');
  assert.equal(await status(), 200, 'the old one stays in force');
  await reloaded(auth({ jwks_uri: `${issuer.origin}/jwks`, required_claims: ['org'] }));
  assert.equal(await status(), 401);
  assert.equal(issuer.asked.length, 1, 'keys outlive a config that names the same ones');
  await reloaded(before);
  assert.equal(await status(), 401);
});

test('how requests to backends are authorized is read at the start, and a reload says that it needs a restart', async (t) => {
  const far = (credentials: object) =>
    `  - ${JSON.stringify({ name: 'far', url: 'http://127.0.0.1:1/mcp', ...credentials })}\n`;
  const served = await serve(t, { backends: far({}), more: 'reload: signal\n' });
  const file = join(served.home, 'serve.yaml');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, before.replace(far({}), far({ credentials: { mode: 'mint', ttl: '30s' } })));
  served.child.kill('SIGHUP');
  const reloaded = () => served.records.find(({ event }) => String(event).startsWith('config_reload'));
  await found(reloaded, 30_000, 'the reload');
  await served.end();
  assert.match(served.stderr, /SP1014.*credentials\.mode.*restart/);
  assert.equal(existsSync(join(served.home, 'state', 'sallyport', 'keys')), false);
});
