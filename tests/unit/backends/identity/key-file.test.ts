import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { KeyFile, publicKeys, secretKey, withoutLineEnd } from '../../../../backends/identity/key-file.ts';
import type { TokenIssuer } from '../../../../lib/model/auth-config.ts';
import { temporaryFolder } from '../../../support/folder.ts';
import { ISSUER, issuerConfig, jwksOf, signer } from '../../../support/identity/tokens.ts';

const [first, second] = [signer('ES256', 'k1'), signer('ES256', 'k2')];

function opened(t: TestContext, text: string, config: TokenIssuer, read = publicKeys(config)) {
  const path = join(temporaryFolder(t), 'keys');
  writeFileSync(path, text);
  const told: string[] = [];
  const log = { write: (level: string, event: string) => void told.push(`${level} ${event}`) };
  const keys = new KeyFile(path, read, ISSUER, log);
  t.after(() => keys.close());
  return { path, keys, told };
}

test('keys of a file are those it holds now, and a file of no use keeps the old ones', (t) => {
  const { path, keys, told } = opened(t, jwksOf(first), issuerConfig());
  const knows = (kid: string) => keys.current().find(kid, 'ES256').length > 0;
  assert.ok(knows('k1'));
  writeFileSync(path, jwksOf(second));
  keys.reread();
  assert.ok(!knows('k1') && knows('k2'));
  for (const text of ['', '{}', '-----BEGIN PUBLIC KEY-----', 'x'.repeat(300_000)]) {
    writeFileSync(path, text);
    keys.reread();
    assert.ok(knows('k2'));
  }
  rmSync(path);
  keys.reread();
  assert.ok(knows('k2'));
  writeFileSync(path, jwksOf(first));
  keys.reread();
  assert.ok(knows('k1'));
  assert.deepEqual(told, ['info keys_changed', 'error keys_not_read', 'info keys_changed'], 'each is said once');
});

test('a public key in PEM verifies whatever its token calls it, and a private one is not taken', (t) => {
  const pem = first.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const { keys } = opened(t, pem, issuerConfig());
  assert.equal(keys.current().find('any', 'ES256').length, 1);
  const mine = first.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  assert.throws(() => opened(t, mine, issuerConfig()), /holds no public key/);
  assert.throws(() => opened(t, pem + mine, issuerConfig()), /holds no public key/);
});

test('a secret in a file counts without the line break at its end, and only when it is long enough', (t) => {
  const config = issuerConfig({ algorithms: ['HS256', 'HS384'] });
  const read = (content: Buffer) => secretKey(config)(withoutLineEnd(content));
  const id = (text: string) => opened(t, text, config, read).keys.current().find(undefined, 'HS384')[0]!.id;
  assert.equal(id(`${'s'.repeat(48)}\r\n`), id('s'.repeat(48)));
  assert.notEqual(id(`${'s'.repeat(48)}\n\n`), id('s'.repeat(48)));
  assert.throws(() => id(`${'s'.repeat(47)}\n`), /is too short a secret for HS256, HS384/);
});

test('a file that says there are no keys takes back those it held', (t) => {
  const other = JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'k1' }] });
  for (const text of [jwksOf(), other]) {
    const { path, keys, told } = opened(t, jwksOf(first), issuerConfig());
    writeFileSync(path, text);
    keys.reread();
    assert.equal(keys.current().size, 0, text);
    assert.deepEqual(told, ['error keys_not_read']);
    writeFileSync(path, jwksOf(first));
    keys.reread();
    assert.equal(keys.current().size, 1);
  }
});

test('a file that is not there or is a folder is said in words, without the name of a system call', (t) => {
  const home = temporaryFolder(t);
  const config = issuerConfig();
  const open = (path: string) => () => new KeyFile(path, publicKeys(config), ISSUER, { write: () => {} });
  assert.throws(open(join(home, 'none')), { message: 'cannot be read: it does not exist' });
  assert.throws(open(home), { message: 'cannot be read: it is a folder' });
  const path = join(home, 'keys');
  writeFileSync(path, jwksOf(first));
  const whys: unknown[] = [];
  const log = { write: (_level: string, _event: string, { why }: { why?: unknown } = {}) => void whys.push(why) };
  const keys = new KeyFile(path, publicKeys(config), ISSUER, log);
  t.after(() => keys.close());
  rmSync(path);
  keys.reread();
  assert.deepEqual(whys, ['cannot be read: it does not exist']);
});
