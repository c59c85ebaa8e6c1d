import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { presetGround } from '../../../lib/config/sections/preset-ground.ts';
import { presetNamed } from '../../../lib/presets/index.ts';
import { temporaryFolder } from '../../support/folder.ts';

interface Launched {
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

function groundOf(preset: string, cwd: string, { command = 'npx', args = [], env = {} }: Launched) {
  return presetGround(presetNamed(preset)!, { command, args, env, cwd }, join(cwd, 'project'));
}

function folders(t: TestContext): string {
  const folder = realpathSync(temporaryFolder(t));
  for (const name of ['project', 'data', 'pkg/node_modules/server/dist'])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'data/shop.db'), '');
  writeFileSync(join(folder, 'pkg/node_modules/server/dist/index.js'), '');
  return folder;
}

test('a server of folders writes to those its arguments name, and to the project when there are none', (t) => {
  const at = folders(t);
  const writes = (...args: string[]) => groundOf('filesystem', at, { args }).write;
  assert.deepEqual(writes('-y', '@modelcontextprotocol/server-filesystem', join(at, 'data')), [join(at, 'data')]);
  assert.deepEqual(writes('./data', './project'), [join(at, 'data'), join(at, 'project')]);
  assert.deepEqual(writes('-y', '@modelcontextprotocol/server-filesystem'), [join(at, 'project')]);
});

test('the program an interpreter runs is no folder to write to', (t) => {
  const at = folders(t);
  const script = join(at, 'pkg/node_modules/server/dist/index.js');
  for (const args of [[script], ['--no-warnings', script]]) {
    assert.deepEqual(
      groundOf('filesystem', at, { command: '/usr/bin/node', args: [...args, join(at, 'data')] }).write,
      [join(at, 'data')],
    );
  }
  assert.deepEqual(groundOf('filesystem', at, { command: 'node', args: [script] }).write, [join(at, 'project')]);
});

test('of a file the folder is meant that it lies in, or can be made in', (t) => {
  const at = folders(t);
  const writes = (arg: string) => groundOf('sqlite', at, { command: 'mcp-server-sqlite', args: [arg] }).write;
  assert.deepEqual(writes(`--db-path=${at}/data/shop.db`), [join(at, 'data')]);
  assert.deepEqual(writes(`${at}/data/new/shop.db`), [join(at, 'data')]);
  assert.deepEqual(writes('~/none/of/these.db'), [join(homedir(), 'none/of/these.db')]);
});

test('what a server keeps goes to its own folder, unless its variable names another place', (t) => {
  const at = folders(t);
  const ground = (env: Record<string, string>) => groundOf('memory', at, { env });
  const formerly = ['dist/memory.jsonl', 'dist/memory.json'];
  assert.deepEqual(ground({}).keeps, { variable: 'MEMORY_FILE_PATH', name: 'memory.jsonl', formerly });
  assert.deepEqual(ground({ MEMORY_FILE_PATH: 'work.jsonl' }).keeps?.formerly, ['dist/work.jsonl']);
  const named = ground({ MEMORY_FILE_PATH: join(at, 'data/graph.jsonl') });
  assert.deepEqual([named.keeps, named.write], [undefined, [join(at, 'data')]]);
});

test('options and variables name what a browser reads and writes', (t) => {
  const at = folders(t);
  const { read, write } = groundOf('playwright', at, {
    args: ['-y', '@playwright/mcp@0.0.83', '--user-data-dir', './data'],
    env: { PLAYWRIGHT_BROWSERS_PATH: join(at, 'pkg') },
  });
  assert.deepEqual(write, [join(at, 'project'), join(at, 'data')]);
  assert.deepEqual(read, [join(homedir(), '.cache/ms-playwright'), join(at, 'pkg')]);
});

test('what one package needs holds for it alone, by its name or by that of its program', (t) => {
  const at = folders(t);
  const made = (launched: Launched) => groundOf('shell', at, launched).made;
  const settings = join(homedir(), '.claude-server-commander');
  assert.deepEqual(made({ args: ['-y', '@wonderwhy-er/desktop-commander@0.2.52'] }), [settings]);
  assert.deepEqual(made({ command: '/opt/bin/desktop-commander' }), [settings]);
  assert.deepEqual(made({ args: ['-y', 'mcp-server-commands@0.5.0'] }), []);
});

test('a database is reached where the URL among the arguments leads', (t) => {
  const hosts = (...args: string[]) => groundOf('postgres', folders(t), { args }).hosts;
  assert.deepEqual(hosts('-y', 'x', 'postgresql://ana:secret@db.example.com/shop'), ['db.example.com:5432']);
  assert.deepEqual(hosts('-y', 'x', 'postgres://localhost:6543/shop'), ['localhost:6543']);
  assert.deepEqual(hosts('-y', 'x', 'postgresql:///shop'), []);
});

test('a folder that is not there does not open what holds everything else', {
  skip: process.platform === 'win32',
}, (t) => {
  const at = folders(t);
  const writes = (arg: string) => groundOf('filesystem', at, { args: [arg] }).write;
  for (const path of ['/usr-or-not/none', '/etc/none/of/these', join(dirname(homedir()), 'nobody-of-this-name/work')])
    assert.deepEqual(writes(path), [path]);
  assert.deepEqual(writes('/etc'), ['/etc'], 'it was named itself');
  assert.deepEqual(writes('/etc/hosts'), ['/etc'], 'a file is written with what lies beside it');
});
