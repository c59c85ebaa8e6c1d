import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { obtain } from '../../../backends/credentials/obtain.ts';
import { Provision } from '../../../backends/credentials/provision.ts';
import { isReadOnlyAt } from '../../../backends/credentials/secret-file.ts';
import { CredentialFault } from '../../../lib/model/credentials.ts';
import type { SecretSource } from '../../../lib/model/secret-source.ts';
import { temporaryFolder } from '../../support/folder.ts';

const SECRET = 'swordfish-swordfish';

const variable = (from: SecretSource) => ({ name: 'T', from, hosts: [], like: '' });
const fromCommand = (script: string): SecretSource => ({ kind: 'command', command: [process.execPath, '-e', script] });
const had = (from: SecretSource, withinMs?: number) => obtain(variable(from), { TOKEN: SECRET }, withinMs);

/** Why a secret could not be had; it holds nothing of it. */
async function fault(from: SecretSource, withinMs?: number): Promise<string> {
  try {
    await had(from, withinMs);
  } catch (error) {
    assert.ok(error instanceof CredentialFault);
    assert.doesNotMatch(`${error.message} ${error.fix}`, /swordfish/);
    return error.message.replaceAll(process.execPath, 'node').replace(/"\/.*\//, '"');
  }
  return 'it was had';
}

test('a file is read without one line break at its end', async (t) => {
  const path = join(temporaryFolder(t), 'token');
  for (const [text, secret] of [
    [SECRET, SECRET],
    [`${SECRET}\n`, SECRET],
    [`${SECRET}\r\n`, SECRET],
    [`${SECRET}\n\n`, `${SECRET}\n`],
    [`-----BEGIN-----\n${SECRET}\n`, `-----BEGIN-----\n${SECRET}`],
  ] as const) {
    writeFileSync(path, text, { mode: 0o600 });
    assert.equal(await had({ kind: 'file', path }), secret);
  }
});

test('a file that others may read, that is not there or that is none is refused', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'token');
  writeFileSync(path, SECRET);
  for (const mode of [0o644, 0o640, 0o604, 0o620, 0o601]) {
    chmodSync(path, mode);
    assert.equal(await fault({ kind: 'file', path }), 'the file "token" can be read by others');
  }
  chmodSync(path, 0o600);
  assert.equal(await fault({ kind: 'file', path: `${path}x` }), 'the file "tokenx" cannot be read (ENOENT)');
  mkdirSync(join(folder, 'dir'), { mode: 0o700 });
  assert.equal(await fault({ kind: 'file', path: join(folder, 'dir') }), 'the file "dir" is no file');
  writeFileSync(path, SECRET.repeat(5000));
  assert.equal(await fault({ kind: 'file', path }), 'the file "token" has more than 65536 bytes');
});

test('a secret mount is one of its own that is read only, by what is mounted last', () => {
  const table = [
    '20 1 0:1 / / ro,relatime - overlay overlay rw',
    '21 20 0:2 / /run/secrets ro,relatime - tmpfs tmpfs rw',
    '22 20 0:3 / /data rw,relatime - ext4 /dev/sda rw',
    '23 20 0:4 / /with\\040space ro - tmpfs tmpfs rw',
    '24 20 0:5 / /run/secrets/open rw - tmpfs tmpfs rw',
    '25 20 0:6 / /twice rw - tmpfs tmpfs rw',
    '26 20 0:7 / /twice ro - tmpfs tmpfs rw',
  ].join('\n');
  const found = ['/run/secrets/token', '/with space/token', '/twice/token'];
  const not = ['/etc/token', '/data/token', '/run/secrets/open/token', '/run/secretsnot/token'];
  assert.deepEqual(
    found.map((path) => isReadOnlyAt(table, path)),
    [true, true, true],
  );
  assert.deepEqual(
    not.map((path) => isReadOnlyAt(table, path)),
    [false, false, false, false],
  );
});

test('a command gives the one line it prints, and sees the environment of the gateway', async () => {
  assert.equal(await had(fromCommand('console.log(process.env.TOKEN)')), SECRET);
  assert.equal(await had(fromCommand('console.error("noise"); process.stdout.write(process.env.TOKEN)')), SECRET);
});

test('a command that fails, hangs, is not there or prints anything but a secret is told without its words', async () => {
  const cases: readonly (readonly [SecretSource, string])[] = [
    [fromCommand(`console.log("${SECRET}"); process.exit(4)`), 'the command "node" failed with exit code 4'],
    [fromCommand('process.kill(process.pid, "SIGKILL")'), 'the command "node" failed'],
    [{ kind: 'command', command: ['/nowhere/token'] }, 'the command "token" was not found'],
    [fromCommand(`console.log("${SECRET}\\nswordfish")`), 'the command "node" printed several lines'],
    [fromCommand(''), 'the secret for T is empty'],
    [fromCommand('console.log("swor")'), 'the secret for T has fewer than 6 characters'],
    [fromCommand(`process.stdout.write("swordfish\\0")`), 'the secret for T holds a NUL byte'],
  ];
  for (const [source, message] of cases) assert.equal(await fault(source), message);
  const hangs = fromCommand(`console.log("${SECRET}"); setInterval(() => {}, 1000)`);
  assert.equal(await fault(hangs, 300), 'the command "node" did not end within 0.3 s');
});

test('every secret is learned before anybody has it, also as it stands in a URL', async () => {
  const learned: string[] = [];
  const provision = new Provision({ environment: {}, learn: (secrets) => void learned.push(...secrets) });
  const credentials = { inject: 'env', variables: [variable({ kind: 'value', value: 'with space & more' })] };
  const given = await provision.forStart({ credentials } as never);
  assert.deepEqual(given, { variables: { T: 'with space & more' }, heldBack: undefined });
  assert.deepEqual(learned, ['with space & more', 'with%20space%20%26%20more']);
});
