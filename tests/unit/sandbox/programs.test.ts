import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findProgram, programFolders } from '../../../backends/sandbox/programs.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** A home in which programs are installed in every usual way. */
class Installed {
  readonly home: string;

  constructor(t: TestContext) {
    this.home = realpathSync(temporaryFolder(t));
  }

  readonly at = (path: string): string => join(this.home, path);

  file(path: string, text = ''): string {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    writeFileSync(this.at(path), text);
    chmodSync(this.at(path), 0o755);
    return this.at(path);
  }

  link(path: string, to: string): string {
    mkdirSync(dirname(this.at(path)), { recursive: true });
    symlinkSync(to, this.at(path));
    return this.at(path);
  }

  /** What a command is made of, relative to the home. */
  folders(file: string, args: readonly string[] = [], path = '/usr/bin'): string[] {
    const found = programFolders(file, args, { home: this.home, path, cwd: '/' });
    return found.filter((one) => one.startsWith(this.home)).map((one) => one.slice(this.home.length + 1));
  }
}

test('a program of a Python environment brings the environment, and the Python that is a link in it', (t) => {
  const installed = new Installed(t);
  installed.file('python/3.11/bin/python3.11');
  installed.link('python/3.11/bin/python3', 'python3.11');
  installed.file('venv/pyvenv.cfg');
  installed.link('venv/bin/python', installed.at('python/3.11/bin/python3'));
  const script = installed.file('venv/bin/mcp-server-git', `#!${installed.at('venv/bin/python')}\n`);
  assert.deepEqual(installed.folders(script), ['venv', 'python/3.11']);
  assert.deepEqual(installed.folders(installed.at('venv/bin/python')), ['venv', 'python/3.11']);
  assert.deepEqual(installed.folders('/usr/bin/env', [script]), ['venv', 'python/3.11']);
});

test('every link on the way to a program is there, so that none leads nowhere', (t) => {
  const installed = new Installed(t);
  installed.file('uv/cpython-3.11.7/bin/python3.11');
  installed.link('uv/cpython-3.11', 'cpython-3.11.7');
  installed.file('venv/pyvenv.cfg');
  const python = installed.link('venv/bin/python', installed.at('uv/cpython-3.11/bin/python3.11'));
  assert.deepEqual(installed.folders(python), ['venv', 'uv/cpython-3.11', 'uv/cpython-3.11.7']);
});

test('a script that chooses a version brings all of them', (t) => {
  const installed = new Installed(t);
  const shim = installed.file('.pyenv/shims/python3', '#!/usr/bin/env bash\n');
  assert.deepEqual(installed.folders(shim), ['.pyenv']);
});

test('a script brings what runs it, found as the kernel and env would find it', (t) => {
  const installed = new Installed(t);
  installed.file('.nvm/v22/bin/node');
  const path = `${installed.at('.nvm/v22/bin')}:/usr/bin`;
  const script = installed.file('tools/node_modules/.bin/server', '#!/usr/bin/env -S node --no-warnings\n');
  assert.deepEqual(installed.folders(script, [], path), ['tools/node_modules', '.nvm/v22']);
});

test('a script that is called as what runs it ends the search', (t) => {
  const installed = new Installed(t);
  const script = installed.file('odd/bin/node', '#!/usr/bin/env node\n');
  assert.deepEqual(installed.folders(script, [], installed.at('odd/bin')), ['odd']);
});

test('a command is found as a shell finds it, in absolute folders alone', (t) => {
  const installed = new Installed(t);
  const server = installed.file('tools/bin/server');
  installed.file('later/bin/server');
  mkdirSync(installed.at('first/server'), { recursive: true });
  const found = (command: string, ...folders: string[]) =>
    findProgram(command, { path: folders.map(installed.at).join(':'), cwd: installed.at('tools') });
  assert.equal(found('server', 'first', 'tools/bin', 'later/bin'), server, 'a folder of that name is no program');
  assert.equal(found('bin/server'), server);
  assert.equal(found(server), server);
  assert.equal(found('server', 'none'), undefined);
  assert.equal(findProgram('server', { path: 'bin:.', cwd: installed.at('tools') }), undefined);
});

test('files and folders among the arguments are there, and words that are none are not', (t) => {
  const installed = new Installed(t);
  installed.file('app/package.json');
  const script = installed.file('app/dist/index.js');
  installed.file('data/shop.db');
  const folders = (...args: string[]) => installed.folders('/usr/bin/env', args);
  assert.deepEqual(folders(script), ['app']);
  assert.deepEqual(folders(`--db-path=${installed.at('data/shop.db')}`), ['data/shop.db']);
  assert.deepEqual(folders(installed.at('data')), ['data']);
  assert.deepEqual(folders('--verbose', `file:${script}`, 'data', installed.at('none')), []);
});

test('neither the home, nor what holds it, nor all there is belongs to a program', (t) => {
  const installed = new Installed(t);
  installed.file('package.json');
  const script = installed.file('server.js');
  assert.deepEqual(installed.folders('/usr/bin/env', [script]), []);
  assert.deepEqual(
    programFolders('/usr/bin/env', ['/', dirname(installed.home)], { home: installed.home, path: '', cwd: '/' }).filter(
      (folder) => installed.home.startsWith(folder),
    ),
    [],
  );
});

test('a folder of the PATH nobody can look into is passed over', (t) => {
  const folder = temporaryFolder(t);
  symlinkSync(join(folder, 'loop'), join(folder, 'loop'));
  const path = [join(folder, 'loop'), dirname(process.execPath)].join(delimiter);
  assert.equal(findProgram(basename(process.execPath), { path, cwd: '/' }), process.execPath);
});
