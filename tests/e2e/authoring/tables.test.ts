import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';

const CONFIG = `version: 1
backends:
${fixtureBackend('files', [], { denied_tools: ['crash'] })}policies:
  tools:
    "files/echo":
      block_patterns: [top secret, never seen]
    "files/say":
      action: deny
      schedule: { days: [sat, sun], timezone: UTC }
`;
const CASES = `- call: files/echo
  args: { text: a top secret note }
  expect: deny
  code: SP3143
  rule: policies.tools["files/echo"].block_patterns[0]
- note: the tool does not exist
  call: files/crash
  expect: deny
  code: SP3002
- note: on a Saturday
  call: files/say
  at: 2026-11-21T10:00:00Z
  expect: deny
- note: on a Friday
  call: files/say
  at: 2026-11-20T10:00:00Z
  expect: allow
- resource: files/file:///a.txt
  expect: allow
`;

let home: string;
before((t) => {
  home = temporaryFolder(t as TestContext);
  writeFileSync(join(home, 'sallyport.yaml'), CONFIG);
  writeFileSync(join(home, 'sallyport.test.yaml'), CASES);
});

const run = (...args: string[]) => sallyport(['test', ...args, '-c', join(home, 'sallyport.yaml')], { home });

function table(name: string, text: string): string {
  writeFileSync(join(home, name), text);
  return join(home, name);
}

test('the table beside the config is run, and ends with 0 when every case fits', async () => {
  const { code, stdout } = await run();
  assert.deepEqual([code, stdout], [0, '5 passed, 0 failed']);
});

test('a case that does not fit is told with its line, what was expected and what came, with the rule; exit code 3', async () => {
  const file = table(
    'wrong.yaml',
    `- call: files/echo\n  args: { text: hi }\n  expect: allow\n- call: files/crash\n  note: it may crash\n  expect: allow\n`,
  );
  const { code, stdout } = await run(file);
  assert.equal(code, 3);
  assert.match(stdout, new RegExp(`^FAIL ${file}:4 {2}it may crash$`, 'm'));
  assert.match(stdout, /expected +allow$/m);
  assert.match(stdout, /got +deny {2}SP3002 {2}backends\[0\]\.denied_tools\[0\] \(.*sallyport\.yaml:3\)/);
  const { failures } = JSON.parse((await run(file, '--json')).stdout);
  assert.deepEqual([failures.length, failures[0].got.code, failures[0].expected.decision], [1, 'SP3002', 'allow']);
});

test('a decision for another reason than the case names does not fit', async () => {
  const other = table(
    'other.yaml',
    '- call: files/crash\n  expect: deny\n  code: SP3101\n- call: files/crash\n  expect: deny\n  rule: elsewhere\n',
  );
  assert.match((await run(other)).stdout, /0 passed, 2 failed/);
});

test('--coverage names the rules no case met and the tools none called, and --min-coverage fails below it', async () => {
  const { stdout } = await run('--coverage');
  assert.match(stdout, /^rules {2}83 % of 6$/m);
  assert.match(stdout, /not met +policies\.tools\["files\/echo"\]\.block_patterns\[1\] \(.*:7\)/);
  assert.match(stdout, /^tools {2}100 % of 3$/m);
  assert.equal((await run('--min-coverage', '83')).code, 0);
  const less = await run('--min-coverage', '84');
  assert.equal(less.code, 3);
  assert.match(less.stdout, /83 % of the rules are met, 84 % are asked for/);
  assert.equal((await run('--min-coverage', 'all')).code, 2);
  const file = table('one.yaml', '- call: files/echo\n  expect: allow\n');
  const { coverage } = JSON.parse((await run(file, '--coverage', '--json')).stdout);
  assert.deepEqual(coverage.tools.missed, ['files/crash', 'files/say']);
});

test('what is wrong in a table is told with file, line and column, all of it at once', async () => {
  const file = table(
    'faulty.yaml',
    `cases:\n  - call: files/echo\n    expct: deny\n  - call: flies/echo\n    expect: maybe\n    code: SP9999\n  - call: files/a\n    prompt: files/b\n    expect: deny\n  - nothing\n  - { call: files/a, expect: deny, args: 1, as: 2, role: [3], at: noon }\n`,
  );
  const { code, stderr } = await run(file);
  assert.equal(code, 2);
  const places = [...stderr.matchAll(/^(?:error\[(SP\d+)\] (.*)| {2}--> .*faulty\.yaml:(\d+:\d+))$/gm)].map(
    ([, fault, message, place]) => place ?? `${fault} ${message}`,
  );
  assert.deepEqual(places, [
    'SP1005 `expect` must be one of allow, deny, require_approval',
    '2:5',
    'SP1003 unknown key "expct"',
    '3:5',
    'SP1005 no backend is called "flies"',
    '4:11',
    'SP1005 `expect` must be one of allow, deny, require_approval',
    '5:13',
    'SP1005 there is no code "SP9999"',
    '6:11',
    'SP1006 a case needs exactly one of `call`, `prompt` and `resource`',
    '7:5',
    'SP1005 a case must be a mapping',
    '10:5',
    'SP1005 `args` must be a mapping',
    '11:42',
    'SP1005 `as` must be text',
    '11:49',
    'SP1005 `role` must be a name, or a list of names',
    '11:58',
    'SP1005 `at` must be a time such as 2026-11-21T10:00:00Z',
    '11:67',
  ]);
  assert.match(stderr, /did you mean "expect"\?/);
});

test('nothing to run is no success', async () => {
  assert.equal((await run(table('empty.yaml', '[]\n'))).code, 2);
  assert.equal((await run(table('text.yaml', 'hello\n'))).code, 2);
  assert.equal((await run(join(home, 'absent.yaml'))).code, 2);
  const empty = join(home, 'tables');
  mkdirSync(empty);
  assert.equal((await run(empty)).code, 2);
  table('tables/a.yaml', CASES);
  assert.match((await run(empty)).stdout, /5 passed/);
  assert.equal((await run(table('key.yaml', 'csaes: []\n'))).code, 2);
});
