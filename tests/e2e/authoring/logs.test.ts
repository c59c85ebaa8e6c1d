import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';

const config = (rules: string) => `version: 1
backends:
${fixtureBackend('one', [], { denied_tools: ['crash'] })}${fixtureBackend('two')}policies:
  tools:
${rules}`;
const OPEN = config('    "one/echo": { block_patterns: [top secret] }\n    "*/raw": { action: require_approval }\n');
const STRICTER = config('    "one/echo": { block_patterns: [fine] }\n    "*/raw": { action: require_approval }\n');

let home: string;
let project: string;
before(async (t) => {
  home = realpathSync(temporaryFolder(t as TestContext));
  project = realpathSync(temporaryFolder(t as TestContext));
  mkdirSync(join(project, 'src'), { recursive: true });
  const options = { config: OPEN, home, cwd: project, env: { CLAUDE_PROJECT_DIR: project } };
  const gateway = new GatewayPeer(t as TestContext, 'run', [], options);
  await gateway.initialize();
  await gateway.ask('tools/list');
  await gateway.call('one__echo', { text: 'fine', path: join(project, 'src', 'a.txt') });
  await gateway.call('one__echo', { text: 'fine too', path: join(project, 'src', 'b.txt') });
  await gateway.call('one__echo', { text: 'a top secret', path: join(project, 'src', 'a.txt') });
  await gateway.call('one__say', { text: 'x'.repeat(100) });
  await gateway.call('one__crash');
  await gateway.call('two__raw', { url: 'https://example.com/x' });
  await gateway.call('two__say', { url: 'https://docs.example.com/x' });
  await gateway.end();
  writeFileSync(join(home, 'open.yaml'), OPEN);
  writeFileSync(join(home, 'stricter.yaml'), STRICTER);
});

const run = (...args: string[]) => sallyport(args, { home, cwd: project, env: { CLAUDE_PROJECT_DIR: project } });
const file = (name: string) => join(home, name);

test('`simulate` finds no change under the policy that was in force, and says what it cannot know', async () => {
  const { code, stdout } = await run('simulate', '-c', file('open.yaml'), '--fail-on-change');
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^6 calls are decided the same, 0 change, 1 are not known$/m);
  assert.match(stdout, /^not known: 1 x its arguments were not captured whole\n {2}one\/say {2}1 x$/m);
});

test('`simulate` tells which decisions another policy changes, by rule and tool, with an example; exit code 3 on demand', async () => {
  const args = ['simulate', '-c', file('open.yaml'), '--policy', file('stricter.yaml')];
  const { code, stdout } = await run(...args);
  assert.equal(code, 0);
  assert.match(stdout, /^3 calls are decided the same, 3 change, 1 are not known$/m);
  assert.match(
    stdout,
    /^allow -> deny {2}one\/echo {2}2 x\n {2}because {2}SP3143 {2}policies\.tools\["one\/echo"\]\.block_patterns\[0\] \(.*:7\)\n {2}example {2}\S+ {2}[0-9A-Z]{20}$/m,
  );
  assert.match(stdout, /^deny -> allow {2}one\/echo {2}1 x\n {2}before {3}SP3143/m);
  assert.doesNotMatch(stdout, /top secret|fine too/, 'values are for a terminal');
  assert.equal((await run(...args, '--fail-on-change')).code, 3);
  const { changes, not_known } = JSON.parse((await run(...args, '--json')).stdout);
  assert.deepEqual(
    changes.map(({ from, to, count }: Record<string, unknown>) => [from, to, count]),
    [
      ['allow', 'deny', 2],
      ['deny', 'allow', 1],
    ],
  );
  assert.equal(not_known[0].count, 1);
});

test('`recommend` drafts a config that validates, keeps every denial, and changes nothing that was observed', async () => {
  const drafted = await run('recommend', '-c', file('open.yaml'));
  assert.equal(drafted.code, 0, drafted.stderr);
  const text = drafted.stdout;
  assert.match(text, /- echo # 2 calls, last \d{4}-\d\d-\d\d$/m);
  assert.match(text, /- "\$\{PROJECT_DIR\}\/src" # 2 times$/m);
  assert.match(text, /- "docs\.example\.com" # once$/m);
  assert.match(text, /"one\/echo":\n {6}block_patterns:\n {8}- "top secret"/);
  assert.match(text, /denied_tools:\n {6}- crash/);
  assert.match(text, /default: deny/);
  assert.doesNotMatch(text, /- crash #/);
  writeFileSync(file('drafted.yaml'), text);
  const valid = await run('validate', file('drafted.yaml'));
  assert.deepEqual([valid.code, valid.stderr], [0, '']);
  const replayed = await run('simulate', '-c', file('open.yaml'), '--policy', file('drafted.yaml'), '--fail-on-change');
  assert.equal(replayed.code, 0, replayed.stdout);
  const asked = (
    await run('explain', 'two/say', '{"url": "https://elsewhere.example"}', '-c', file('drafted.yaml'), '--json')
  ).stdout;
  assert.deepEqual([JSON.parse(asked).decision, JSON.parse(asked).code], ['deny', 'SP3131']);
});

test('a log without a config is enough for a draft, whose commands are to be filled in', async () => {
  const { code, stdout } = await run('recommend', '--log', join(home, 'state', 'sallyport', 'audit'));
  assert.equal(code, 0);
  assert.match(stdout, /command: "?false"? # write the command of the server here/);
});

test('a log that holds no call, and one that is not there, are said to be so', async () => {
  const late = await run('simulate', '-c', file('open.yaml'), '--since', '2099-01-01');
  assert.deepEqual([late.code, /no call/.test(late.stderr)], [2, true]);
  assert.equal((await run('recommend', '--log', join(home, 'absent'))).code, 2);
});
