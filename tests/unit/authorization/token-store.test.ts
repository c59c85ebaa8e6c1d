import assert from 'node:assert/strict';
import { chmodSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Login, TokenStore } from '../../../backends/authorization/token-store.ts';
import { temporaryFolder } from '../../support/folder.ts';

const URL_OF_IT = 'https://a.example/mcp';
const LOGIN: Login = {
  backend: URL_OF_IT,
  issuer: 'https://as.example',
  resource: URL_OF_IT,
  tokenEndpoint: 'https://as.example/token',
  revocationEndpoint: undefined,
  clientProofs: undefined,
  clientId: 'me',
  clientSecret: undefined,
  clientMethod: undefined,
  redirectUri: undefined,
  key: undefined,
  token: { text: 'abc', scheme: 'Bearer', untilMs: 5, scopes: ['a'], refresh: 'def' },
  scopes: [],
};

test('a login is kept for its owner alone, and given back as it was', async (t) => {
  const dir = temporaryFolder(t);
  const store = new TokenStore(dir, 'wiki', URL_OF_IT);
  assert.equal(await store.read(), undefined);
  await store.write(LOGIN);
  assert.deepEqual(await store.read(), LOGIN);
  const folder = join(dir, 'logins');
  const [file, ...others] = readdirSync(folder);
  assert.deepEqual(others, []);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, file!)).mode & 0o777, 0o600);
  await store.remove();
  assert.equal(await store.read(), undefined);
});

test('a login counts for the backend it was made for, wherever a config leads since', async (t) => {
  const dir = temporaryFolder(t);
  await new TokenStore(dir, 'wiki', URL_OF_IT).write(LOGIN);
  assert.equal(await new TokenStore(dir, 'wiki', 'https://evil.example/mcp').read(), undefined);
  assert.equal(await new TokenStore(dir, 'other', URL_OF_IT).read(), undefined);
});

test('a login others could read or put there is refused, and one that is torn is none', async (t) => {
  const dir = temporaryFolder(t);
  const store = new TokenStore(dir, 'wiki', URL_OF_IT);
  await store.write(LOGIN);
  const path = join(dir, 'logins', readdirSync(join(dir, 'logins'))[0]!);
  chmodSync(path, 0o640);
  await assert.rejects(store.read(), /others could read the login/);
  chmodSync(path, 0o600);
  for (const torn of [
    '',
    '{',
    '[]',
    '{"backend":"https://a.example/mcp"}',
    JSON.stringify({ ...LOGIN, tokenEndpoint: 'x' }),
    JSON.stringify({ ...LOGIN, backend: 'https://other.example/mcp' }),
  ]) {
    writeFileSync(path, torn);
    assert.equal(await store.read(), undefined, torn);
  }
  await store.remove();
  const elsewhere = join(dir, 'elsewhere');
  writeFileSync(elsewhere, JSON.stringify(LOGIN), { mode: 0o600 });
  symlinkSync(elsewhere, path);
  await assert.rejects(store.read(), /cannot be read/);
});

test('of two who change a login one waits for the other', async (t) => {
  const dir = temporaryFolder(t);
  const [one, other] = [new TokenStore(dir, 'wiki', URL_OF_IT), new TokenStore(dir, 'wiki', URL_OF_IT)];
  const order: string[] = [];
  const lock = await one.lock();
  const waiting = other.lock().then((second) => {
    order.push('second');
    second.release();
  });
  await one.write(LOGIN);
  order.push('first');
  lock.release();
  await waiting;
  assert.deepEqual(order, ['first', 'second']);
});
