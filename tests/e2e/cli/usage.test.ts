import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { ROOT } from '../../support/paths.ts';
import { sallyport } from '../../support/program/command.ts';

test('`--version` prints the version of the package and nothing else', async (t) => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const ended = await sallyport(['--version'], { home: temporaryFolder(t) });
  assert.deepEqual(ended, { code: 0, stdout: version, stderr: '' });
});

test('a command line that is wrong ends with 2, says why, suggests the nearest word, and leaves standard output empty', async (t) => {
  const home = temporaryFolder(t);
  const cases: [args: string[], said: RegExp][] = [
    [['vlidate'], /^error: unknown command 'vlidate'\n\(Did you mean validate\?\)$/],
    [['audit', 'qury'], /^error: unknown command 'qury'\n\(Did you mean query\?\)$/],
    [['validate', '--jsn'], /^error: unknown option '--jsn'\n\(Did you mean --json\?\)$/],
    [['wrap', '--nme', 'x', '--', 'y'], /^error: unknown option '--nme'\n\(Did you mean --name\?\)$/],
    [
      ['wrap'],
      /^error: nothing to wrap: write the server command after `--`, as in `sallyport wrap -- node server\.js`$/,
    ],
    [['wrap', '--name', 'x'], /^error: nothing to wrap: write the server command after `--`/],
    [['run', 'extra'], /^error: too many arguments for 'run'\./],
    [['run', '--profile', 'loose'], /Allowed choices are balanced, strict\.$/],
    [['wrap', '--era', 'old', '--', 'x'], /Allowed choices are legacy, modern\.$/],
    [['wrap', '--name', 'A_b', '--', 'x'], /^error: --name "A_b": must be 1 to 32 of a-z/],
    [['wrap', '--deny', '{a', '--', 'x'], /^error: --deny "\{a": "\{" without "\}"$/],
    [
      ['wrap', '--trace-frames', '/nowhere/x', '--', 'x'],
      /^error: --trace-frames: \/nowhere\/x cannot be written: its folder does not exist$/,
    ],
    [['wrap', '--trace-frames', home, '--', 'x'], /^error: --trace-frames: \S+ cannot be written: it is a folder$/],
    [
      ['audit', 'query', '--trace', 'abc'],
      /^error: --trace "abc": write the id of a trace, which is 32 hex digits and not all zeros$/,
    ],
    [['audit', 'export', '--trace', '0'.repeat(32)], /^error: --trace "0{32}": write the id of a trace/],
    [['completion', 'tcsh'], /^error: "tcsh": choose bash, zsh, fish, powershell$/],
    [['audit', 'verify'], /^error: nothing was recorded yet: there is no folder of the log$/],
    [
      ['run', '--config', 'nope.yaml'],
      /^error\[SP1001\] the config file cannot be read: it does not exist\n {2}--> nope\.yaml\n/,
    ],
    [['audit', 'check-proof', 'nope'], /^error: nope cannot be read: it does not exist$/],
    [[], /^Usage: sallyport /],
    [['audit'], /^Usage: sallyport audit /],
  ];
  await Promise.all(
    cases.map(async ([args, said]) => {
      const { code, stdout, stderr } = await sallyport(args, { home });
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, said);
    }),
  );
});
