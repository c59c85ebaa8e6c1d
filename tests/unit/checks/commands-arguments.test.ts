import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { commands } from '../../../lib/checks/commands.ts';
import { decideCall } from '../../../lib/policy/decide.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { callWith } from '../../support/policy/calls.ts';
import { CommandPolicy } from '../../support/policy/command-policy.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

const list = new CommandPolicy({
  allow: ['npm test', 'git *', 'echo *'],
  deny: ['git push *'],
  require_approval: ['npm publish'],
});
const plain = new CommandPolicy(undefined);
const strict = new CommandPolicy(undefined, 'strict');

async function assertEffects(
  policy: CommandPolicy,
  cases: readonly (readonly [args: object, effect: string, code?: string])[],
) {
  for (const [args, effect, code] of cases) {
    const { effect: found, reason } = await policy.decide(args as Record<string, unknown>);
    assert.deepEqual([found, code && reason?.code], [effect, code], `${JSON.stringify(args)}: ${reason?.text}`);
  }
}

test('a list under a name in the singular is one argument vector', () =>
  assertEffects(list, [
    [{ command: ['npm', 'test'] }, 'allow'],
    [{ command: ['echo', 'a; rm -rf /'] }, 'allow'],
    [{ command: ['rm', '-rf', '/'] }, 'deny'],
    [{ command: ['npm test'] }, 'allow'],
    [{ command: ['npm test; id'] }, 'deny'],
    [{ command: ['sh', '-c', 'id'] }, 'deny'],
    [{ command: ['sh', '-c', 'npm test'] }, 'allow'],
    [{ command: [] }, 'allow'],
  ]));

test('a list under a name in the plural is a list of texts', () =>
  assertEffects(list, [
    [{ commands: ['npm test', 'git status'] }, 'allow'],
    [{ commands: ['npm test', 'id'] }, 'deny'],
  ]));

test('a command with arguments beside it is one argument vector', () =>
  assertEffects(list, [
    [{ command: 'npm', args: ['test'] }, 'allow'],
    [{ command: 'echo', args: ['$(id)', ';', 'id'] }, 'allow'],
    [{ command: 'npm', args: ['test', 'x'] }, 'deny'],
    [{ command: 'bash', args: ['-c', 'id'] }, 'deny'],
    [{ command: 'npm', args: 'test' }, 'allow'],
    [{ command: 'npm', args: 'test; id' }, 'deny'],
    [{ command: 'echo; id', args: ['x'] }, 'deny'],
    [{ command: 'npm test', args: [] }, 'allow'],
    [{ command: 'npm', args: [1] }, 'deny', 'SP3122'],
    [{ command: 'npm', args: 5 }, 'deny', 'SP3122'],
    [{ run: { command: 'npm', args: ['test'] } }, 'allow'],
  ]));

test('variables beside a command must not change what runs', () =>
  assertEffects(list, [
    [{ command: 'npm test', env: { CI: '1' } }, 'allow'],
    [{ command: 'npm test', env: { PATH: '/tmp' } }, 'deny', 'SP3124'],
    [{ command: 'npm test', env: ['LD_PRELOAD=/x'] }, 'deny', 'SP3124'],
    [{ command: 'npm test', env: [{ name: 'NODE_OPTIONS', value: '-r x' }] }, 'deny', 'SP3124'],
    [{ command: 'npm test', environment: 'GIT_SSH_COMMAND=id' }, 'deny', 'SP3124'],
  ]));

test('the shell that reads a command must be one that is understood', () =>
  assertEffects(list, [
    [{ command: 'npm test', shell: '/bin/bash' }, 'allow'],
    [{ command: 'npm test', shell: 'sh' }, 'allow'],
    [{ command: 'npm test', shell: 'powershell' }, 'deny', 'SP3122'],
    [{ command: 'npm test', shell: 'cmd.exe' }, 'deny', 'SP3122'],
    [{ command: 'npm test', shell: '/tmp/sh' }, 'deny', 'SP3122'],
    [{ command: 'npm test', shell: 'sh -c id' }, 'deny', 'SP3122'],
    [{ script: 'npm test', interpreter: 'python' }, 'deny', 'SP3122'],
  ]));

test('what is no text where a command must stand is denied under a rule', () =>
  assertEffects(list, [
    [{ command: 5 }, 'deny', 'SP3122'],
    [{ command: { a: 'npm test', b: true } }, 'deny', 'SP3122'],
  ]));

test('deny beats approval, and approval need not stand on the list', () =>
  assertEffects(list, [
    [{ command: 'npm publish' }, 'require_approval', 'SP6003'],
    [{ command: 'npm publish; git push x' }, 'deny', 'SP3121'],
    [{ command: 'git push origin main' }, 'deny', 'SP3121'],
    [{ command: 'npm publish && id' }, 'deny', 'SP3121'],
  ]));

test('the balanced profile lets unlisted commands and unreadable scripts through, not unreadable commands', () =>
  assertEffects(plain, [
    [{ command: 'whatever --you want' }, 'allow'],
    [{ command: 'echo "' }, 'deny', 'SP3122'],
    [{ script: 'def f(x): return "' }, 'allow'],
    [{ command: 'Get-ChildItem | ForEach-Object { "$_', shell: 'pwsh' }, 'allow'],
    [{ command: 'npm', args: [1] }, 'deny', 'SP3122'],
    [{ text: 'rm -rf /' }, 'allow'],
  ]));

test('the strict profile denies every command on no list', async () => {
  await assertEffects(strict, [
    [{ command: 'npm test' }, 'deny', 'SP3121'],
    [{ command: 'echo "' }, 'deny', 'SP3122'],
  ]);
  await assertEffects(new CommandPolicy({ allow: ['npm test'] }, 'strict'), [[{ command: 'npm test' }, 'allow']]);
  await assertEffects(new CommandPolicy({ require_approval: ['npm test'] }, 'strict'), [
    [{ command: 'npm test' }, 'require_approval'],
    [{ command: 'id' }, 'deny'],
  ]);
});

test('an operator can let dangerous commands through, or have them asked for', async () => {
  const asking = new CommandPolicy(undefined, 'balanced', { dangerous_commands: 'require_approval' });
  await assertEffects(asking, [[{ command: 'sudo ls' }, 'require_approval', 'SP6003']]);
  await assertEffects(new CommandPolicy(undefined, 'balanced', { dangerous_commands: 'allow' }), [
    [{ command: 'sudo ls' }, 'allow'],
  ]);
});

test('a rule that names its arguments judges these', async () => {
  const named = new CommandPolicy({ in: ['/task/line'], allow: ['npm test'] });
  await assertEffects(named, [
    [{ task: { line: 'npm test' } }, 'allow'],
    [{ task: { line: 'id' } }, 'deny', 'SP3121'],
  ]);
});

test('patterns of pipelines allow and deny consecutive members', async () => {
  await assertEffects(new CommandPolicy({ allow: ['cat * | grep *', 'wc -l'] }), [
    [{ command: 'cat a | grep b' }, 'allow'],
    [{ command: 'cat a | grep b | wc -l' }, 'allow'],
    [{ command: 'cat a' }, 'deny'],
    [{ command: 'grep b a' }, 'deny'],
    [{ command: 'cat a | wc -l | grep b' }, 'deny'],
    [{ command: 'cat a | { grep b; id; }' }, 'deny'],
    [{ command: 'cat a | grep $(id)' }, 'deny'],
  ]);
});

test('relative targets of redirections count from the folder of the call, and are unknown behind a cd', async () => {
  const policy = new CommandPolicy({ allow: ['echo *', 'cd *'], redirect_to: ['out'] });
  await assertEffects(policy, [
    [{ command: 'echo a > out/b' }, 'allow'],
    [{ command: 'echo a > ../out/b', cwd: 'sub' }, 'allow'],
    [{ command: 'echo a > out/b', cwd: '/etc' }, 'deny', 'SP3125'],
    [{ command: 'cd /etc && echo a > out/b' }, 'deny', 'SP3125'],
    [{ command: 'cd /etc && echo a > /work/project/out/b' }, 'allow'],
  ]);
});

test('every reason of a rule says which rule, where it stands, which argument and what would allow the call', async () => {
  const { reason } = await list.decide('npm run evil');
  assert.equal(reason?.code, 'SP3121');
  assert.equal(reason?.rule, 'policies.tools["shell/*"].commands.allow');
  assert.match(reason?.source ?? '', /^sallyport\.yaml:\d+$/);
  assert.equal(reason?.at, '/command');
  assert.equal(reason?.fix, 'add "npm run evil" to policies.tools["shell/*"].commands.allow');
  assert.doesNotMatch(reason?.text ?? '', /evil|npm/);
  const denied = (await list.decide('git push')).reason;
  assert.equal(denied?.rule, 'policies.tools["shell/*"].commands.deny[0]');
});

test('a pattern that cannot be used is refused when the policy is made', async () => {
  for (const allow of ['', 'a |', '| a', "a 'b"]) {
    await assert.rejects(
      async () => await new CommandPolicy({ allow: [allow] }).decide('a'),
      /pattern|names no command|without an end|empty/i,
    );
  }
});

test('no command line takes long to judge, and the next one is judged right', async () => {
  const words = fc.constantFrom(
    'curl',
    'sh',
    '|',
    ';',
    '$X',
    'X=$(curl a)',
    'rm',
    '-rf',
    '/',
    'cat',
    '~/.ssh/id_rsa',
    '>',
    'a',
    "'",
    '$(',
    ')',
    'eval',
    'xargs',
    'env',
    '{a,b}',
    '*',
    '&&',
    '\n',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(words, { maxLength: 200 }), async (parts) => {
      const before = performance.now();
      for (const policy of [list, plain]) await policy.decide(parts.join(' '));
      assert.ok(performance.now() - before < 20_000);
      assert.equal((await list.decide('npm test')).effect, 'allow');
      assert.equal((await list.decide('id')).effect, 'deny');
    }),
    { numRuns: 200 },
  );
  for (const piece of [
    'curl|',
    'cat ~/.ssh/id_rsa|',
    'X=$(curl a);',
    'sh -c "$X";',
    'strace ',
    'rm -rf $X ',
    'echo a|sh|',
    '$X ',
    'a>b ',
  ]) {
    const before = performance.now();
    for (const policy of [list, plain]) await policy.decide(piece.repeat(16_000 / piece.length));
    assert.ok(performance.now() - before < 20_000, piece);
  }
});

test('a command in an answer is judged with what stands beside it there, not with arguments of the same place', async () => {
  const config = `
version: 1
backends: [{ name: files, command: x, cwd: /srv }]
policies: { default: allow, tools: { "files/*": { commands: { deny: ["halt now"], allow: ["git status", "echo *"] } } } }
`;
  const policy = await compilePolicy(configOf({ config }).config, [commands], stateInMemory());
  const decided = async (params: object) =>
    (await decideCall(policy, callWith({ params: Payload.of(JSON.stringify(params)) }))).effect;
  const answer = (content: object) => ({ inputResponses: { q: { content } } });
  const twin = { arguments: answer({ args: ['softly'] }) };
  assert.equal(await decided({ ...twin, ...answer({ command: 'halt now' }) }), 'deny');
  assert.equal(await decided({ ...twin, ...answer({ command: 'git', args: ['status'] }) }), 'allow');
  assert.equal(await decided({ arguments: { command: 'echo a' }, ...answer({ command: 'git status' }) }), 'allow');
  assert.equal(await decided({ arguments: { command: 'git push' }, ...answer({ command: 'git status' }) }), 'deny');
});
