import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { neutralFlags } from '../../../backends/neutral.ts';
import { temporaryFolder } from '../../support/folder.ts';

const POSIX = process.platform === 'win32' ? 'needs a POSIX shell' : false;

function shellOf(flags: readonly string[]): string {
  return flags.find((flag) => flag.startsWith('--script-shell='))!.slice('--script-shell='.length);
}

test('npx is given an empty project, the settings of the machine and a shell of our own', { skip: POSIX }, (t) => {
  const state = temporaryFolder(t);
  const flags = neutralFlags(state);
  assert.deepEqual(flags.slice(0, 2), ['--prefix', join(state, 'neutral')]);
  assert.match(flags[2]!, /^--globalconfig=.*\/etc\/npmrc$/);
  assert.equal(flags[3], `--script-shell=${join(state, 'neutral', 'shell')}`);
  assert.deepEqual(neutralFlags(state), flags, 'a second launch uses what is there');
});

test('on Windows npx keeps its own shell', (t) => {
  assert.ok(!neutralFlags(temporaryFolder(t), 'win32').some((flag) => flag.startsWith('--script-shell')));
});

test('a shell that was changed is written anew', { skip: POSIX }, (t) => {
  const state = temporaryFolder(t);
  const shell = shellOf(neutralFlags(state));
  writeFileSync(shell, '#!/bin/sh\necho changed\n');
  neutralFlags(state);
  assert.equal(execFileSync(shell, ['-c', 'echo mine'], { encoding: 'utf8' }), 'mine\n');
});

test('a state folder that cannot be made is replaced by one under the temporary folder', { skip: POSIX }, (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'file'), '');
  const flags = neutralFlags(join(folder, 'file', 'state'));
  t.after(() => rmSync(flags[1]!, { recursive: true }));
  assert.ok(!flags[1]!.startsWith(folder));
  assert.equal(execFileSync(shellOf(flags), ['-c', 'echo fine'], { encoding: 'utf8' }), 'fine\n');
});

test('the shell takes the working folder and all above it off the PATH, and nothing else', { skip: POSIX }, (t) => {
  const folder = realpathSync(temporaryFolder(t));
  const cwd = join(folder, 'a', 'pro ject');
  mkdirSync(cwd, { recursive: true });
  const shell = shellOf(neutralFlags(join(folder, 'state')));
  const kept = [join(folder, '.npm/_npx/1/node_modules/.bin'), '/usr/bin', '/bin', `${cwd}/tools`, '/a b', '/*'];
  const gone = [cwd, join(folder, 'a'), folder, ''].map((above) => `${above}/node_modules/.bin`);
  const PATH = [kept[0], ...gone, ...kept.slice(1), '', '.', 'node_modules/.bin'].join(':');
  const settings = { npm_config_prefix: 'x', npm_config_script_shell: 'x', npm_config_globalconfig: 'x' };
  const env = { PATH, npm_config_cache: 'kept', ...settings };
  const script = 'echo "$PATH"; env | grep ^npm_ | sort; pwd; echo "$0" "$@"; echo *';
  const said = execFileSync(shell, ['-c', script, 'zero', 'one two'], { cwd, env, encoding: 'utf8' });
  assert.deepEqual(said.split('\n').slice(0, 4), [kept.join(':'), 'npm_config_cache=kept', cwd, 'zero one two']);
});
