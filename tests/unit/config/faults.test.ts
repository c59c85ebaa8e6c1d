import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showProblem } from '../../../lib/config/problems.ts';
import { faultsOf, problemsOf } from '../../support/config/config.ts';

const ONE = 'backends: [{name: a, command: b}]\n';

test('every fault of a file is reported at once, in the order they stand, each with line and column', (t) => {
  const text = `version: 1
profil: strict
backends:
  - name: a_b
    command: x
    arg: [1]
    args: [1]
    env: {A: 1}
    era: old
    limits: {max_request_bytes: 10 bananas, execution_timeout_secs: -1, max_json_depth: 3.5}
    denied_tools: ["{a"]
    cwd: "\${NOPE}"
  - name: a_b
  - {name: git, command: y}
  - nonsense
audit: {retention: soon, rotate: {keep: 0}}
limits: []
`;
  assert.deepEqual(faultsOf(t, text), [
    'SP1003 2:1 unknown key "profil" in the file',
    'SP1005 4:11 backends[0].name: must be 1 to 32 of a-z, 0-9 and "-", not at the ends',
    'SP1003 6:5 unknown key "arg" in backends[0]',
    'SP1005 7:12 backends[0].args[0]: must be text',
    'SP1005 8:14 backends[0].env.A: must be text',
    'SP1005 9:10 backends[0].era: must be one of "auto", "legacy", "modern"',
    'SP1005 10:33 backends[0].limits.max_request_bytes: must be a size such as 10MB or 8MiB',
    'SP1005 10:69 backends[0].limits.execution_timeout_secs: must be more than 0',
    'SP1005 10:89 backends[0].limits.max_json_depth: must be a whole number',
    'SP1010 11:20 backends[0].denied_tools[0]: "{" without "}"',
    'SP1004 12:10 NOPE is not set (in ${NOPE})',
    'SP1006 13:5 backends[1]: needs a `command` to start or a `url` to reach',
    'SP1005 13:11 backends[1].name: must be 1 to 32 of a-z, 0-9 and "-", not at the ends',
    'SP1007 13:11 the backend name "a_b" stands twice',
    'SP1009 14:12 the name "git" would make URIs such as git+https: that other programs act on',
    'SP1005 15:5 backends[3]: must be a mapping',
    'SP1005 16:20 audit.retention: must be a duration such as 250ms, 60s or 90d',
    'SP1005 16:41 audit.rotate.keep: must be more than 0',
    'SP1005 17:9 limits: must be a mapping',
  ]);
});

test('the version is required and must be one this program reads', (t) => {
  assert.deepEqual(faultsOf(t, ''), [
    'SP1006 1:1 required key "version" is missing in the file',
    'SP1008 1:1 no backend is configured',
  ]);
  assert.deepEqual(faultsOf(t, `version: 2\n${ONE}`), ['SP1012 1:10 version: must be one of 1']);
  assert.deepEqual(faultsOf(t, '- a'), ['SP1005 1:1 the file: must be a mapping']);
  assert.deepEqual(faultsOf(t, 'version: 1\nbackends: []'), ['SP1008 1:1 no backend is configured']);
});

test('a name that forms a known scheme is a fault only where names stand in front of URIs', (t) => {
  assert.deepEqual(faultsOf(t, 'version: 1\nbackends: [{name: git, command: x}]'), []);
  const several = 'version: 1\nbackends: [{name: git, command: x}, {name: b, command: y}]';
  assert.match(faultsOf(t, several).join(), /^SP1009 2:19 the name "git"/);
});

test('what is not YAML is one fault a line, and duplicate keys are among them', (t) => {
  assert.deepEqual(faultsOf(t, `version: 1\nversion: 1\n${ONE}`), ['SP1002 2:1 Map keys must be unique']);
  assert.deepEqual(faultsOf(t, `version: 1\nbackends: [{name: a, command: b, env: {A: x, A: y}}]`), [
    'SP1002 2:46 Map keys must be unique',
  ]);
  const slips = faultsOf(t, 'version: 1\nlog: {level: ${LVL}, file: ${X}}\nbackends: [\n');
  assert.ok(slips.length >= 1 && slips.length <= 3, slips.join('\n'));
  assert.ok(slips.every((slip) => slip.startsWith('SP1002 ')));
  assert.match(faultsOf(t, `version: 1\n${ONE}---\nversion: 1\n`).join(), /SP1002 3:1 .*multiple documents/);
  assert.match(faultsOf(t, `version: !number 1\n${ONE}`).join(), /SP1002 1:10 Unresolved tag/);
});

test('anchors work, and more aliases than any config needs are a fault', (t) => {
  const shared = `version: 1\nbackends:\n  - {name: a, command: x, args: &args [1x, 2x]}\n  - {name: b, command: x, args: *args}\n`;
  assert.deepEqual(faultsOf(t, shared), []);
  assert.deepEqual(faultsOf(t, 'version: 1\nbackends: *none\n'), [
    'SP1002 2:11 Unresolved alias (the anchor must be set before the alias): none',
  ]);
  const level = (name: string, inner: string) => `${name}: &${name} [${Array(9).fill(inner).join(',')}]\n`;
  const bomb = `version: 1\n${level('a', 'x')}${level('b', '*a')}${level('c', '*b')}${level('d', '*c')}${level('e', '*d')}`;
  assert.match(faultsOf(t, bomb).join(), /^SP1002 3:8 Excessive alias count/);
  assert.match(faultsOf(t, `version: 1\npolicies: &p {requests: *p}\n${ONE}`).join(), /^SP1003 2:\d+ unknown key/);
});

test('a key nobody knows is named with the nearest one that exists there', (t) => {
  const text = `version: 1\nbackends: [{name: a, command: b, alowed_tools: [], zzz: 1}]\naudit: {rotat: {}}\n`;
  const problems = problemsOf(t, { flag: text });
  assert.deepEqual(
    problems.map(({ message, help }) => `${message}: ${help}`),
    [
      'unknown key "alowed_tools" in backends[0]: did you mean "allowed_tools"?',
      'unknown key "zzz" in backends[0]: undefined',
      'unknown key "rotat" in audit: did you mean "rotate"?',
    ],
  );
});

test('a problem reads as code, message, place, help and where more is said, and hostile text in it acts on nothing', (t) => {
  const [problem] = problemsOf(t, { flag: `version: 1\n"k\\e[2J\\u202e": 1\n${ONE}` });
  const lines = showProblem(problem!).split('\n');
  assert.equal(lines[0], 'error[SP1003] unknown key "k\\u001b[2J\\u202e" in the file');
  assert.match(lines[1]!, /^ {2}--> .*flag\.yaml:2:1$/);
  assert.match(lines[2]!, /^ {2}help: /);
  assert.equal(lines[3], '  more: sallyport explain SP1003');
});

test('faults of all layers are reported together', (t) => {
  const problems = problemsOf(t, { flag: `version: 1\nx: 1\n${ONE}`, managed: 'version: 1\ny: 1\n' });
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['unknown key "x" in the file', 'unknown key "y" in the file'],
  );
  assert.match(problems[1]!.where, /managed\.yaml:2:1$/);
});
