import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Launch } from '../../../backends/launch.ts';
import { installed, npmCacheIn, type RunInstaller } from '../../../backends/sandbox/install.ts';
import type { BackendConfig } from '../../../lib/model/config.ts';
import { SandboxFault } from '../../../lib/model/sandbox.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { temporaryFolder } from '../../support/folder.ts';

const FLAGS = ['--prefix', '/empty'];

/** A backend that `npx` would install, and an installer that writes down what it was asked for. */
class Scene {
  readonly ownFolder: string;
  readonly asked: string[][] = [];
  answer = { code: 0, printed: '' };
  /** What the installer puts there: the first line of the program by the spec of its package. */
  readonly brings = new Map<string, string>();

  constructor(t: TestContext) {
    this.ownFolder = realpathSync(temporaryFolder(t));
  }

  start(...args: string[]): Promise<Launch> {
    const { config } = configOf({ config: 'version: 1\nbackends: [{ name: files, command: npx }]' });
    const backend: BackendConfig = { ...config.backends[0]!, args };
    const launch: Launch = { file: 'npx', args: [...FLAGS, ...args], verbatim: false, how: 'npx' };
    const run: RunInstaller = async (file, words) => {
      this.asked.push([file, ...words]);
      for (const [spec, line] of this.brings) this.place(spec, line);
      return this.answer;
    };
    return installed(backend, launch, this.ownFolder, run);
  }

  /** Where npx keeps what it runs, as npm names it. */
  place(spec: string, line: string): string {
    const name = spec.replace(/(.)@.*$/, '$1');
    const key = createHash('sha512').update(spec).digest('hex').slice(0, 16);
    const modules = join(npmCacheIn(this.ownFolder), '_npx', key, 'node_modules');
    const program = join(modules, name, 'bin', 'server');
    mkdirSync(dirname(program), { recursive: true });
    writeFileSync(program, `${line}\n`);
    writeFileSync(join(modules, '.package-lock.json'), '{}');
    writeFileSync(join(modules, name, 'package.json'), JSON.stringify({ version: '1.2.3', bin: 'bin/server' }));
    return program;
  }
}

const NODE_PROGRAM = '#!/usr/bin/env node';

test('a package is installed into the folder of its backend, and its program is started by Node', async (t) => {
  const scene = new Scene(t);
  scene.brings.set('server@1.2.3', NODE_PROGRAM);
  const launch = await scene.start('-y', 'server@1.2.3', '--root', '/srv');
  assert.deepEqual(scene.asked, [['npx', ...FLAGS, '--yes', '--package=server@1.2.3', '--', 'node', '-e', '0']]);
  const [program, ...args] = launch.args;
  assert.ok(program!.startsWith(npmCacheIn(scene.ownFolder)));
  assert.deepEqual([launch.file, args, launch.how], [process.execPath, ['--root', '/srv'], 'installed']);
});

test('a program that is none of Node is started itself', async (t) => {
  const scene = new Scene(t);
  scene.brings.set('server@1.2.3', '#!/bin/sh');
  const { file, args } = await scene.start('server@1.2.3', '-v');
  assert.equal(file, scene.place('server@1.2.3', '#!/bin/sh'));
  assert.deepEqual(args, ['-v']);
});

test('an exact version is installed once, and of any other the registry is asked at every start', async (t) => {
  const exact = new Scene(t);
  exact.place('server@1.2.3', NODE_PROGRAM);
  await exact.start('server@1.2.3');
  assert.deepEqual(exact.asked, []);
  for (const spec of ['server', 'server@latest', 'server@1', 'server@^1.2.3']) {
    const scene = new Scene(t);
    scene.place(spec, NODE_PROGRAM);
    await scene.start(spec);
    assert.equal(scene.asked.length, 1, spec);
  }
});

test('what was cut short is installed again', async (t) => {
  const scene = new Scene(t);
  mkdirSync(join(npmCacheIn(scene.ownFolder), '_npx'), { recursive: true });
  scene.brings.set('server@1.2.3', NODE_PROGRAM);
  await scene.start('server@1.2.3');
  assert.equal(scene.asked.length, 1);
});

test('why nothing was installed is the line that speaks of an error, else the last one, and what would help is told', async (t) => {
  const scene = new Scene(t);
  for (const [code, printed, why] of [
    [1, 'npm warn old\nnpm error 404 Not Found\nA log can be found in /x\n', 'npm error 404 Not Found'],
    [1, 'npm warn old\nno network here\n', 'no network here'],
    [137, '', ''],
    [0, 'all went well\n', 'all went well'],
  ] as const) {
    scene.answer = { code, printed };
    await assert.rejects(scene.start('server@1.2.3'), (error: unknown) => {
      assert.ok(error instanceof SandboxFault);
      assert.match(error.message, /^server@1\.2\.3 could not be installed: /);
      assert.ok(error.message.endsWith(why === '' ? 'it said nothing' : why), error.message);
      assert.match(error.fix, /npm install --global/);
      return true;
    });
  }
});

test('what npx would read from elsewhere than a registry is refused before anything runs', async (t) => {
  const scene = new Scene(t);
  for (const args of [
    ['--call', 'server'],
    ['./server'],
    ['github:somebody/server'],
    ['-p', 'https://x.test/a.tgz', 'server'],
    [],
  ])
    await assert.rejects(scene.start(...args), SandboxFault, args.join(' '));
  assert.deepEqual(scene.asked, []);
});
