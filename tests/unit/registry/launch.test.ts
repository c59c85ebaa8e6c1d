import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchFingerprint } from '../../../lib/registry/launch.ts';

const GROUND = { projectDir: '/home/anna/shop', homeDir: '/home/anna', secrets: ['s3cret-token'] };
const START = {
  command: 'node',
  args: ['server.js', '--root=/home/anna/shop', '/home/anna/x'],
  cwd: '/home/anna/shop',
  remote: undefined,
};

test('the same start has one fingerprint on every machine', () => {
  const elsewhere = { projectDir: '/srv/build/shop', homeDir: '/root', secrets: [] };
  const there = { ...START, args: ['server.js', '--root=/srv/build/shop', '/root/x'], cwd: '/srv/build/shop' };
  assert.equal(launchFingerprint(START, GROUND), launchFingerprint(there, elsewhere));
});

test('another program, argument, order or folder is another start', () => {
  const own = launchFingerprint(START, GROUND);
  const others = [
    { ...START, command: 'bun' },
    { ...START, args: ['server.js'] },
    { ...START, args: [...START.args].reverse() },
    { ...START, args: ['server.js --root=/home/anna/shop', '/home/anna/x'] },
    { ...START, args: ['server.js', '--root=/home/anna/shop2', '/home/anna/x'] },
    { ...START, cwd: '/tmp' },
  ];
  const all = others.map((other) => launchFingerprint(other, GROUND));
  assert.equal(new Set([own, ...all]).size, others.length + 1);
});

test('a folder that only begins like that of the project is another one', () => {
  const at = (projectDir: string) =>
    launchFingerprint({ ...START, args: [`${projectDir}2`] }, { ...GROUND, projectDir });
  assert.notEqual(at('/srv/shop'), at('/opt/shop'));
});

test('a secret that is replaced is no other start, and cannot be guessed from it', () => {
  const withToken = (token: string) => ({ ...START, args: ['server.js', `--token=${token}`] });
  const renewed = { ...GROUND, secrets: ['another-token'] };
  assert.equal(
    launchFingerprint(withToken('s3cret-token'), GROUND),
    launchFingerprint(withToken('another-token'), renewed),
  );
});

test('a server elsewhere is named by its address', () => {
  const remote = (url: string) => ({ command: '', args: [], cwd: '/tmp', remote: { url } as never });
  assert.equal(
    launchFingerprint(remote('https://a.example'), GROUND),
    launchFingerprint({ ...remote('https://a.example'), cwd: '/' }, GROUND),
  );
  assert.notEqual(
    launchFingerprint(remote('https://a.example'), GROUND),
    launchFingerprint(remote('https://b.example'), GROUND),
  );
});
