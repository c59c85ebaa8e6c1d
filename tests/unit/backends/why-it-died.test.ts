import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hintFor } from '../../../backends/hint.ts';
import { LastLine } from '../../../backends/last-line.ts';
import { whyNotStarted } from '../../../backends/start-error.ts';
import { temporaryFolder } from '../../support/folder.ts';

function lastOf(output: string): string | undefined {
  const last = new LastLine();
  for (const line of output.split('\n')) if (line !== '') last.note(line);
  return last.text;
}

test('the last line is the one that says something, not the trace under it', () => {
  const { stderr } = spawnSync(process.execPath, ['-e', 'throw new Error("no token")'], { encoding: 'utf8' });
  assert.match(stderr, /Node\.js v\d/);
  assert.equal(lastOf(stderr), 'Error: no token');
  assert.equal(
    lastOf('Traceback (most recent call last):\n  File "x", line 1\nKeyError: \'TOKEN\''),
    "KeyError: 'TOKEN'",
  );
  assert.equal(
    lastOf('npm error 404 Not Found\nnpm error A complete log of this run is in /x'),
    'npm error 404 Not Found',
  );
  assert.equal(
    lastOf(
      "npm error 404  'no-such@*' is not in this registry.\nnpm error 404\nnpm error 404 Note that you can also install from a\nnpm error 404 tarball, folder, http url, or git folder.",
    ),
    "npm error 404  'no-such@*' is not in this registry.",
  );
  assert.equal(lastOf('   \n}\n'), undefined);
  assert.equal(lastOf('y'.repeat(5000))!.length, 301);
});

test('the hint puts the variable the server spoke of first, then those that look like credentials', () => {
  const hint = hintFor('set SLACK_TEAM, please', ['AAA', 'API_KEY', 'SLACK_TEAM', 'ZZZ']);
  assert.match(
    hint!,
    /^it said: set SLACK_TEAM, please; set here but not passed to it: SLACK_TEAM, API_KEY, AAA, ZZZ /,
  );
  assert.match(hint!, /--pass-env SLACK_TEAM, or pass_env/);
});

test('the hint stays short and is absent when there is nothing to say', () => {
  const names = Array.from({ length: 20 }, (_, i) => `V${i + 10}`);
  assert.match(hintFor(undefined, names)!, /^set here but not passed to it: V10, .* V21 and 8 more /);
  assert.equal(hintFor('gone', []), 'it said: gone');
  assert.equal(hintFor(undefined, []), undefined);
});

test('a program that cannot be started is told in words that say what to mend', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'data'), 'no program');
  const why = async (command: string, cwd: string) => {
    const [error] = await once(spawn(command, [], { cwd }), 'error').catch((thrown) => [thrown]);
    return whyNotStarted(error as Error, command, cwd);
  };
  assert.equal(await why('no-such-program', folder), 'no-such-program was not found');
  assert.equal(await why('sh', join(folder, 'nowhere')), `its working folder ${folder}/nowhere is not there`);
  assert.match(await why(join(folder, 'data'), folder), /data is not a program that may be run$/);
  const thrown = (start: () => unknown): Error => {
    try {
      start();
    } catch (error) {
      return error as Error;
    }
    throw new Error('it started');
  };
  const tooLong = thrown(() => spawn('sh', ['-c', 'x'.repeat(1_000_000)]));
  assert.equal(whyNotStarted(tooLong, 'sh', folder), 'its arguments and variables are too long');
  const nul = thrown(() => spawn('sh', ['secret\0']));
  assert.equal(whyNotStarted(nul, 'sh', folder), 'its command, arguments or variables hold a NUL byte');
  const inFile = thrown(() => spawn('sh', [], { cwd: join(folder, 'data') }));
  assert.match(whyNotStarted(inFile, 'sh', join(folder, 'data')), /data is not there$/);
});
