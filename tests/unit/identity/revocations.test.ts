import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RevocationFile, revoke } from '../../../backends/identity/revocation-file.ts';
import { readRevocations } from '../../../lib/identity/revoked.ts';
import { temporaryFolder } from '../../support/folder.ts';

const AT = '2027-01-01T00:00:00.000Z';
const NOW = Date.parse(AT);

function scene(path: string) {
  const clock = { ms: 0, monotonic: () => clock.ms };
  const logged: string[] = [];
  const file = new RevocationFile(path, clock, { write: (_level, event) => logged.push(event) });
  return { file, logged, pass: () => (clock.ms += 200) };
}

test('what is taken back counts after a fifth of a second, for its issuer alone', async (t) => {
  const path = join(temporaryFolder(t), 'own', 'revoked.json');
  const { file, pass } = scene(path);
  await revoke(path, { issuer: 'https://a', id: 'x', at: AT }, NOW);
  pass();
  assert.ok(file.has('https://a', 'x'));
  assert.ok(!file.has('https://b', 'x') && !file.has('https://a', 'y'));
});

test('all of a client is taken back of one issuer or of every one, and of no other client', async (t) => {
  const path = join(temporaryFolder(t), 'revoked.json');
  const { file, pass } = scene(path);
  await revoke(path, { client: 'one', issuer: 'https://a', at: AT }, NOW);
  await revoke(path, { client: 'all', at: AT }, NOW);
  pass();
  const now = file.current();
  assert.ok(now.hasClientOf({ clientId: 'one', issuer: 'https://a' }));
  assert.ok(!now.hasClientOf({ clientId: 'one', issuer: 'https://b' }) && !now.hasClientOf({ clientId: 'one' }));
  assert.ok(now.hasClientOf({ clientId: 'all', issuer: 'https://b' }) && now.hasClientOf({ clientId: 'all' }));
});

test('a file that is gone, or spoilt, gives nothing back that was taken, and says so once', async (t) => {
  const path = join(temporaryFolder(t), 'revoked.json');
  await revoke(path, { issuer: 'https://a', id: 'x', at: AT }, NOW);
  const { file, logged, pass } = scene(path);
  for (const spoil of [() => writeFileSync(path, '{"version":1,"revoked":[]'), () => rmSync(path)]) {
    spoil();
    pass();
    assert.ok(file.has('https://a', 'x'));
    pass();
    assert.ok(file.has('https://a', 'x'));
  }
  assert.deepEqual(logged, ['revocations_not_read', 'revocations_not_read']);
});

test('a file nobody can read lets nothing start', (t) => {
  const path = join(temporaryFolder(t), 'revoked.json');
  for (const text of ['', '[]', '{"version":2,"revoked":[]}', '{"version":1,"revoked":[{"id":"x"}]}']) {
    writeFileSync(path, text);
    assert.throws(() => scene(path), text);
  }
});

test('an entry that says more, less or other than one thing is refused', () => {
  for (const entry of [
    {},
    { id: 'x' },
    { issuer: 'a' },
    { issuer: 'a', id: '' },
    { issuer: 'a', id: 7 },
    { issuer: 'a', id: 'x', more: 'y' },
    { key: 'h', client: 'c' },
    { key: 'h', issuer: 'a' },
    { client: 'c', id: 'x' },
    null,
    'x',
  ])
    assert.throws(() => readRevocations(JSON.stringify({ version: 1, revoked: [entry] })), JSON.stringify(entry));
});

test('entries go a day after what they took back has run out, and no sooner', async (t) => {
  const path = join(temporaryFolder(t), 'revoked.json');
  await revoke(path, { issuer: 'a', id: 'old', at: AT, until: AT }, NOW);
  await revoke(path, { issuer: 'a', id: 'kept', at: AT }, NOW + 86_399_999);
  assert.ok(scene(path).file.has('a', 'old'));
  await revoke(path, { issuer: 'a', id: 'next', at: AT }, NOW + 86_400_000);
  const { file } = scene(path);
  assert.ok(!file.has('a', 'old') && file.has('a', 'kept') && file.has('a', 'next'));
});
