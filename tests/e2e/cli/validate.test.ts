import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';

const FAULTY = `version: 1
profil: strict
backends:
  - name: one
    comand: node
    args: [1]
    denied_tools: ["{a"]
limits: {max_request_bytes: much}
`;
const FAULTS = [
  ['SP1003', '2:1', 'unknown key "profil" in the file', 'did you mean "profile"?'],
  ['SP1006', '4:5', 'backends[0]: needs a `command` to start or a `url` to reach', undefined],
  ['SP1003', '5:5', 'unknown key "comand" in backends[0]', 'did you mean "command"?'],
  ['SP1005', '6:12', 'backends[0].args[0]: must be text', undefined],
  ['SP1010', '7:20', 'backends[0].denied_tools[0]: "{" without "}"', undefined],
  ['SP1005', '8:29', 'limits.max_request_bytes: must be a size such as 10MB or 8MiB', undefined],
] as const;

let home: string;
let faulty: string;
before((t) => {
  home = temporaryFolder(t as TestContext);
  faulty = join(home, 'faulty.yaml');
  writeFileSync(faulty, FAULTY);
});

test('`validate` names every fault at once, with place, code, what to do and a command that says more, and ends with 2', async () => {
  const { code, stdout, stderr } = await sallyport(['validate', faulty], { home });
  assert.deepEqual([code, stdout], [2, '']);
  const said = stderr.split(/\n(?=error\[)/);
  assert.equal(said.length, FAULTS.length, stderr);
  for (const [index, [fault, place, message, help]] of FAULTS.entries()) {
    const [first, where, next, more] = said[index]!.split('\n');
    assert.equal(first, `error[${fault}] ${message}`);
    assert.equal(where, `  --> ${faulty}:${place}`);
    assert.match(next!, help === undefined ? /^ {2}help: \S/ : new RegExp(`^  help: ${help.replace('?', '\\?')}$`));
    assert.equal(more, `  more: sallyport explain ${fault}`);
  }
  const named = new Set(FAULTS.map(([fault]) => fault));
  for (const fault of named) {
    const explained = await sallyport(['explain', fault], { home });
    assert.equal(explained.code, 0);
    assert.match(explained.stdout, new RegExp(`^${fault}\\n {2}\\S.*\\n {2}next: \\S.*$`));
  }
});

test('with --json the faults come as one object on standard output, with the same exit code', async () => {
  const { code, stdout, stderr } = await sallyport(['validate', '--json', faulty], { home });
  assert.deepEqual([code, stderr], [2, '']);
  const { schema_version, ok, problems } = JSON.parse(stdout);
  assert.deepEqual([schema_version, ok], [1, false]);
  const found = problems.map(({ code, where, message, help }: Record<string, string>) => [
    code,
    where!.replace(`${faulty}:`, ''),
    message,
    help,
  ]);
  assert.deepEqual(
    found,
    FAULTS.map((fault) => [...fault]),
  );
});

test('every command that reads the config reports its faults alike, and those that serve write nothing to their client', async () => {
  const { stderr } = await sallyport(['validate', faulty], { home });
  const commands = [['run'], ['doctor'], ['config', 'show'], ['wrap']];
  await Promise.all(
    commands.map(async (words) => {
      const tail = words[0] === 'wrap' ? ['--', 'server', '--json'] : [];
      const ended = await sallyport([...words, '--config', faulty, ...tail], { home });
      assert.deepEqual(ended, { code: 2, stdout: '', stderr }, words.join(' '));
    }),
  );
});

test('a config that works is accepted with what it means, and warnings do not fail it', async () => {
  const file = join(home, 'loose.yaml');
  writeFileSync(file, 'version: 1\nbackends:\n  - {name: one, command: npx, args: [-y, pkg], enforce: false}\n');
  const { code, stdout, stderr } = await sallyport(['validate', '--profile', 'strict', file], { home });
  assert.equal(code, 0);
  const [first, second] = stdout.split('\n');
  assert.match(first!.replace(file, 'FILE'), /^ok: FILE: 1 backend, profile strict, policy [0-9a-f]{12}$/);
  assert.equal(second, '  one  auto  observed only');
  assert.match(stderr, /^warning\[SP1102\] one launches "pkg" without an exact version\n {2}--> .*loose\.yaml:3:/);
  const json = await sallyport(['validate', '--json', file], { home });
  const { ok, files, profile, problems } = JSON.parse(json.stdout);
  assert.deepEqual(files, [file]);
  assert.deepEqual(
    [json.code, ok, profile, problems.length, problems[0].severity],
    [0, true, 'balanced', 1, 'warning'],
  );
});

test('a file that is not there, and no config at all, are said to be so', async () => {
  const missing = await sallyport(['validate', join(home, 'none.yaml')], { home });
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /^error\[SP1001\] the config file cannot be read: it does not exist\n/);
  const none = await sallyport(['run'], { home });
  assert.deepEqual([none.code, none.stdout], [2, '']);
  assert.match(
    none.stderr,
    /^error\[SP1008\] no backend is configured\n.*\n {2}help: No config file was found: .*--config/,
  );
});
