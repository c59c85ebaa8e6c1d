import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { hashOfFile, hashOfFolder } from '../../../backends/registry/file-hashes.ts';
import { launchedPackage } from '../../../backends/registry/launched.ts';
import type { BackendConfig } from '../../../lib/model/config.ts';
import { temporaryFolder } from '../../support/folder.ts';

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function launched(command: string, args: readonly string[], cwd = '/', stateDir = '/no-state') {
  return launchedPackage({ command, args, cwd, remote: undefined } as unknown as BackendConfig, stateDir);
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** A package in a folder of modules, with a link to its program. */
function installed(t: TestContext): { readonly modules: string; readonly program: string } {
  const modules = join(temporaryFolder(t), 'node_modules');
  put(join(modules, '@of', 'files', 'package.json'), '{"name":"@of/files","version":"1.2.3"}');
  put(join(modules, '@of', 'files', 'dist', 'index.js'), 'go()');
  put(join(modules, '@of', 'files', 'node_modules', 'inner', 'index.js'), 'other()');
  mkdirSync(join(modules, '.bin'));
  symlinkSync('../@of/files/dist/index.js', join(modules, '.bin', 'files'));
  return { modules, program: join(modules, '.bin', 'files') };
}

test('a program of a package is known by name, version and the integrity npm noted', (t) => {
  const { modules, program } = installed(t);
  const lock = { packages: { 'node_modules/@of/files': { integrity: 'sha512-abc' } } };
  put(join(modules, '.package-lock.json'), JSON.stringify(lock));
  const known = { name: 'npm:@of/files', version: '1.2.3', integrity: 'sha512-abc' };
  assert.deepEqual(launched(program, []), known);
  assert.deepEqual(launched('node', [program, '/data']), known);
});

test('a package nobody noted anything of has the hash of its own files', (t) => {
  const { modules, program } = installed(t);
  const { integrity } = launched(program, [])!;
  assert.equal(integrity, hashOfFolder(join(modules, '@of', 'files')));
  put(join(modules, '@of', 'files', 'node_modules', 'inner', 'index.js'), 'changed()');
  assert.equal(launched(program, [])?.integrity, integrity);
  put(join(modules, '@of', 'files', 'dist', 'index.js'), 'rm()');
  assert.notEqual(launched(program, [])?.integrity, integrity);
});

test('any other program has its own hash, and a script that of the script', (t) => {
  const folder = temporaryFolder(t);
  put(join(folder, 'server.py'), 'serve()');
  put(join(folder, 'server'), 'binary');
  assert.deepEqual(launched('python3', ['-u', 'server.py'], folder), {
    name: 'file:server.py',
    integrity: sha256('serve()'),
  });
  assert.deepEqual(launched('./server', [], folder), { name: 'file:server', integrity: sha256('binary') });
  assert.equal(launched('./nothing', [], folder), undefined);
  assert.equal(launched('no-such-program', [], folder), undefined);
});

test('what uvx, containers and npx start is known by what was asked for', (t) => {
  assert.deepEqual(launched('uvx', ['mcp-server-git@1.2.0', '-r', '/x']), {
    name: 'pypi:mcp-server-git',
    version: '1.2.0',
  });
  assert.deepEqual(launched('uvx', ['mcp-server-git']), { name: 'pypi:mcp-server-git' });
  assert.deepEqual(launched('docker', ['run', '-i', '--rm', 'ghcr.io/a/b:1.0']), {
    name: 'image:ghcr.io/a/b',
    version: '1.0',
  });
  assert.deepEqual(launched('docker', ['run', '-i', `a/b@sha256:${'0'.repeat(64)}`]), {
    name: 'image:a/b',
    integrity: `sha256:${'0'.repeat(64)}`,
  });
  assert.deepEqual(launched('npx', ['-y', 'not-installed-here@1.0.0'], '/', temporaryFolder(t)), {
    name: 'npm:not-installed-here',
    version: '1.0.0',
  });
});

test('a folder of too many files has no hash, and neither has what is no file', (t) => {
  const folder = temporaryFolder(t);
  for (let i = 0; i < 5001; i++) writeFileSync(join(folder, String(i)), '');
  assert.equal(hashOfFolder(folder), undefined);
  assert.equal(hashOfFile(folder), undefined);
  assert.equal(hashOfFile(join(folder, 'nothing')), undefined);
});
