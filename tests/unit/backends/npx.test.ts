import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, realpathSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { discardBrokenRun, globalConfigFile, installedBinary, isNodeProgram } from '../../../backends/npx.ts';
import { parseNpx } from '../../../lib/model/npx.ts';
import { temporaryFolder } from '../../support/folder.ts';

/** The folder npm 11 made for `npx mcp-hello-world@1.1.2`. */
const HELLO_KEY = '859a7a52ed69d53a';

interface Caches {
  readonly npmCache: string;
  readonly globals: string;
}

function caches(t: TestContext): Caches {
  const folder = realpathSync(temporaryFolder(t));
  return { npmCache: join(folder, '.npm'), globals: join(folder, 'lib', 'node_modules') };
}

function put(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function install(modules: string, name: string, version: string, bin: unknown): void {
  put(join(modules, name, 'package.json'), JSON.stringify({ name, version, bin }));
  put(join(modules, name, 'cli.js'), '#!/usr/bin/env node\n');
  put(join(modules, name, 'other.js'), '#!/usr/bin/env node\n');
}

/** What npx leaves behind after it ran `specs`. */
function ranBefore({ npmCache }: Caches, ...specs: string[]): string {
  const run = join(npmCache, '_npx', keyOf(specs));
  put(join(run, 'package.json'), '{}');
  put(join(run, 'node_modules', '.package-lock.json'), '{}');
  return join(run, 'node_modules');
}

function keyOf(specs: readonly string[]): string {
  return createHash('sha512').update(specs.join('\n')).digest('hex').slice(0, 16);
}

function find({ npmCache, globals }: Caches, ...args: string[]): string | undefined {
  return installedBinary(parseNpx(args)!, npmCache, globals);
}

test('an exact version in the npx cache is found, under the name npm gives its folder', (t) => {
  const places = caches(t);
  assert.equal(keyOf(['mcp-hello-world@1.1.2']), HELLO_KEY);
  const modules = ranBefore(places, 'mcp-hello-world@1.1.2');
  install(modules, 'mcp-hello-world', '1.1.2', { 'mcp-hello-world': './cli.js' });
  assert.equal(find(places, '-y', 'mcp-hello-world@1.1.2', '.'), join(modules, 'mcp-hello-world', 'cli.js'));
});

test('a range, a tag and no version at all are left to npx, whatever is in its cache', (t) => {
  const places = caches(t);
  for (const spec of ['pkg', 'pkg@latest', 'pkg@^1.0.0', 'pkg@1', 'pkg@1.x']) {
    install(ranBefore(places, spec), 'pkg', '1.0.0', 'cli.js');
    assert.equal(find(places, spec), undefined, spec);
  }
});

test('another version in the folder, or a folder npm did not finish, is not used', (t) => {
  const places = caches(t);
  install(ranBefore(places, 'pkg@1.0.0'), 'pkg', '1.0.1', 'cli.js');
  assert.equal(find(places, 'pkg@1.0.0'), undefined);
  const unfinished = join(places.npmCache, '_npx', keyOf(['pkg@2.0.0']), 'node_modules');
  install(unfinished, 'pkg', '2.0.0', 'cli.js');
  assert.equal(find(places, 'pkg@2.0.0'), undefined);
});

test('a global installation serves its exact version and a name without one, but no other', (t) => {
  const places = caches(t);
  install(places.globals, '@scope/pkg', '1.2.3', 'cli.js');
  const file = join(places.globals, '@scope/pkg', 'cli.js');
  assert.equal(find(places, '@scope/pkg'), file);
  assert.equal(find(places, '-y', '@scope/pkg@1.2.3'), file);
  assert.equal(find(places, '@scope/pkg@1.2.4'), undefined);
  assert.equal(find(places, '@scope/pkg@latest'), undefined);
});

test('of several programs the one npx would run is taken', (t) => {
  const places = caches(t);
  const modules = ranBefore(places, 'pkg@1.0.0');
  install(modules, 'pkg', '1.0.0', { pkg: 'cli.js', helper: 'other.js' });
  assert.equal(find(places, 'pkg@1.0.0'), join(modules, 'pkg', 'cli.js'));
  assert.equal(find(places, '-p', 'pkg@1.0.0', 'helper'), join(modules, 'pkg', 'other.js'));
  assert.equal(find(places, '--package=pkg@1.0.0', 'missing'), undefined);
  install(modules, 'pkg', '1.0.0', { one: 'cli.js', two: 'other.js' });
  assert.equal(find(places, 'pkg@1.0.0'), undefined);
  install(modules, 'pkg', '1.0.0', undefined);
  assert.equal(find(places, 'pkg@1.0.0'), undefined);
});

test('a program for Node is known by its first line or its extension', (t) => {
  const folder = temporaryFolder(t);
  const program = (name: string, text: string) => isNodeProgram(put(join(folder, name), text));
  assert.equal(program('a', '#!/usr/bin/env node\n'), true);
  assert.equal(program('b', '#!/usr/bin/env -S node --no-warnings\n'), true);
  assert.equal(program('c.mjs', 'import x from "y"'), true);
  assert.equal(program('d', '#!/bin/sh\nnode x\n'), false);
  assert.equal(program('e', '\x7fELF node'), false);
});

test('a run that was killed half-way is removed, one that is under way or complete is not', (t) => {
  const { npmCache } = caches(t);
  const request = parseNpx(['pkg@1.0.0'])!;
  const run = join(npmCache, '_npx', keyOf(['pkg@1.0.0']));
  const now = Date.now();
  assert.equal(discardBrokenRun(request, npmCache, now), false, 'nothing is there');
  const lock = put(join(run, 'concurrency.lock'), '');
  put(join(run, 'node_modules', 'pkg', 'package.json'), '{');
  assert.equal(discardBrokenRun(request, npmCache, now), false, 'somebody works on it');
  for (const path of [run, lock]) utimesSync(path, (now - 60_000) / 1000, (now - 60_000) / 1000);
  assert.equal(discardBrokenRun(request, npmCache, now), true);
  assert.equal(existsSync(run), false);
  put(join(run, 'package.json'), '{}');
  utimesSync(run, (now - 60_000) / 1000, (now - 60_000) / 1000);
  assert.equal(discardBrokenRun(request, npmCache, now), false, 'it is complete');
});

test('the settings of the machine are where npm of that Node keeps them', () => {
  assert.equal(globalConfigFile('/usr/bin/node', 'linux'), '/usr/etc/npmrc');
  assert.equal(globalConfigFile('/opt/node/bin/node', 'darwin'), '/opt/node/etc/npmrc');
});
