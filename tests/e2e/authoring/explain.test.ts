import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { type Ended, sallyport } from '../../support/program/command.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';
import { HAS_TERMINAL, onTerminal } from '../../support/program/terminal.ts';

const KEY = 'sha256:'.padEnd(71, 'a');
const CONFIG = `version: 1
security: { auth: { api_keys: [{ key: "${KEY}", client_id: intern, roles: [reader] }] } }
roles:
  reader: { permissions: ["files/echo"] }
backends:
${fixtureBackend('files')}policies:
  effects: { "files/say": [read] }
  tools:
    "files/echo":
      block_patterns: [top secret]
    "files/say":
      action: deny
      schedule: { days: [sat, sun], timezone: UTC }
`;

let home: string;
let file: string;
before((t) => {
  home = temporaryFolder(t as TestContext);
  file = join(home, 'sallyport.yaml');
  writeFileSync(file, CONFIG);
});

const explain = (...args: string[]): Promise<Ended> => sallyport(['explain', ...args, '-c', file], { home });
const asJson = async (...args: string[]) => JSON.parse((await explain(...args, '--json')).stdout);

test('`explain` names the decision, the rule with its line, the argument and the word of every check', async () => {
  const { code, stdout } = await explain('files/echo', '{"text": "a top secret note"}', '--check');
  assert.equal(code, 3);
  assert.match(stdout, /^deny {2}files\/echo {2}SP3143$/m);
  assert.match(stdout, /rule +policies\.tools\["files\/echo"\]\.block_patterns\[0\] \(.*sallyport\.yaml:11\)/);
  assert.match(stdout, /argument +\/text$/m);
  assert.match(stdout, /^ {2}access +pass$/m);
  assert.match(stdout, /^ {2}block_patterns +deny {2}SP3143$/m);
});

test('an allowed call ends with 0 under --check, and so does a denied one without it', async () => {
  assert.equal((await explain('files/echo', '{"text": "hello"}', '--check')).code, 0);
  assert.equal((await explain('files/echo', '{"text": "top secret"}')).code, 0);
});

test('judged values and the fix are printed to a terminal only, and elsewhere it is said that they are left out', async (t) => {
  const question = ['files/echo', '{"text": "a top secret note"}'];
  const { stdout } = await explain(...question);
  assert.doesNotMatch(stdout, /top secret|^ +fix /m);
  assert.match(stdout, /shown on a terminal only/);
  const json = await asJson(...question);
  assert.doesNotMatch(JSON.stringify(json), /top secret|"fix":/);
  assert.equal(typeof json.withheld, 'string');
  if (!HAS_TERMINAL) return t.skip('no terminal can be made here');
  const seen = await onTerminal(['explain', ...question, '-c', file], { home });
  assert.match(seen.stdout, /argument +\/text = "a top secret note"/);
  assert.match(seen.stdout, /fix +\S/);
  assert.doesNotMatch(seen.stdout, /terminal only/);
});

test('--as takes what the key of a client has, and names nobody knows are said to be such', async () => {
  const denied = await asJson('files/say', '{}', '--as', 'intern');
  assert.deepEqual([denied.decision, denied.code], ['deny', 'SP3008']);
  assert.equal((await asJson('files/echo', '{}', '--as', 'intern')).decision, 'allow');
  assert.match(
    (await explain('files/echo', '{}', '--as', 'nobody')).stdout,
    /nothing in the config speaks of a client called "nobody"/,
  );
  assert.equal((await asJson('files/say', '{}', '--role', 'reader')).code, 'SP3008');
});

test('--at asks about another time', async () => {
  assert.equal((await asJson('files/say', '{}', '--at', '2026-11-21T10:00:00Z')).decision, 'deny');
  assert.equal((await asJson('files/say', '{}', '--at', '2026-11-20T10:00:00Z')).decision, 'allow');
  assert.equal((await explain('files/say', '{}', '--at', 'noon')).code, 2);
});

test('the effect of the tool and what its arguments are taken for are said with who says so', async () => {
  const said = await asJson('files/say', '{"path": "a", "url": "https://example.com"}');
  assert.deepEqual([said.effect.kind, said.effect.origin], ['read', 'operator']);
  assert.match(said.effect.by[0], /policies\.effects\["files\/say"\] \(.*:8\)/);
  const kinds = said.arguments.map(({ at, kind, chosen }: Record<string, string>) => [at, kind, chosen]);
  assert.deepEqual(kinds, [
    ['/path', 'paths', 'inferred'],
    ['/url', 'domains', 'inferred'],
  ]);
});

test('--schema and --live judge by what the server says of the tool', async () => {
  const schema = join(home, 'schema.json');
  writeFileSync(
    schema,
    JSON.stringify({
      tools: [{ name: 'echo', inputSchema: { required: ['text'], properties: { text: { type: 'string' } } } }],
    }),
  );
  const judged = async (args: string) =>
    (await asJson('files/echo', args, '--schema', schema)).checks.find(
      ({ check }: { check: string }) => check === 'arguments',
    );
  assert.equal((await judged('{}')).verdict, 'finding');
  assert.equal((await judged('{"text": "x"}')).verdict, 'pass');
  assert.equal((await explain('files/say', '{}', '--schema', schema)).code, 2);
  assert.equal((await asJson('files/echo', '{"text": "x"}', '--live')).decision, 'allow');
  assert.match((await explain('files/ecko', '{}', '--live')).stderr, /files has no tool "ecko"; did you mean "echo"\?/);
});

test('prompts and resources are asked about as well', async () => {
  assert.equal((await asJson('files/file:///a.txt', '--resource')).type, 'resource');
  assert.equal((await asJson('files/greet', '--prompt')).decision, 'allow');
  assert.equal((await explain('files/x', '--prompt', '--resource')).code, 2);
});

test('a code is told with its meaning and what to do next', async () => {
  const { code, stdout } = await explain('sp3101');
  assert.equal(code, 0);
  assert.match(stdout, /^SP3101\n {2}A path is not allowed\.\n {2}next: \S/);
  assert.match((await explain('SP3109')).stderr, /no code SP3109; did you mean/);
});

test('what cannot be asked is a usage error with a hint', async () => {
  for (const [args, message] of [
    [['files'], /is no code, no decision id and no call|no decision/],
    [['flies/echo'], /did you mean "files"/],
    [['files/echo', '{'], /no JSON/],
    [['files/echo', '[]'], /must be an object/],
  ] as const) {
    const { code, stderr } = await explain(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, message);
  }
});

test('a decision of the log is told with its rule, its line, the argument and what holds today', async (t) => {
  const gateway = new GatewayPeer(t, 'run', [], { config: CONFIG });
  await gateway.initialize();
  await gateway.call('echo', { text: 'one top secret' });
  await gateway.call('echo', { text: 'fine' });
  await gateway.end();
  const [denied] = gateway.records.filter(({ decision }) => decision === 'deny');
  assert.equal(denied!.at, '/text');
  // In the folder of the config it would be that of a project as well, and tighten the other one.
  const cwd = temporaryFolder(t);
  const ask = (args: string[], config: string) =>
    sallyport(['explain', denied!.id, ...args, '-c', config], { home: gateway.home, cwd });
  const own = join(gateway.home, 'own.yaml');
  writeFileSync(own, CONFIG);
  const { stdout } = await ask([], own);
  assert.match(stdout, /block_patterns\[0\]/);
  assert.match(stdout, /argument +\/text$/m);
  assert.match(stdout, /today +the policy in force decides the same/);
  assert.doesNotMatch(stdout, /top secret/);
  const loose = join(gateway.home, 'loose.yaml');
  writeFileSync(loose, CONFIG.replace('top secret', 'other words'));
  const today = JSON.parse((await ask(['--json'], loose)).stdout);
  assert.deepEqual(
    [today.decision, today.code, today.now.same, today.now.decision],
    ['deny', 'SP3143', false, 'allow'],
  );
  assert.equal((await ask(['--check'], own)).code, 3);
  assert.equal((await sallyport(['explain', 'ZZZZZZZZ', '-c', own], { home: gateway.home })).code, 2);
});
