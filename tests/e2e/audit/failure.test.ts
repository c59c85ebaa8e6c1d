import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { auditFiles, fixtureBackend, GatewayPeer, readLines } from '../../support/program/gateway.ts';

interface Blocked {
  readonly gateway: GatewayPeer;
  readonly dir: string;
  readonly backendLog: string;
  /** Lets the log be written. */
  mend(): void;
}

/** A gateway whose log folder cannot be made, because a file stands in its way. */
function blocked(t: TestContext, settings: string, backends = ['one']): Blocked {
  const home = temporaryFolder(t);
  const obstacle = join(home, 'evidence');
  const dir = join(obstacle, 'audit');
  const backendLog = join(home, 'backend.log');
  writeFileSync(obstacle, '');
  const servers = backends.map((name) => fixtureBackend(name, ['--log', backendLog])).join('');
  const config = `version: 1\n${settings}\naudit: {dir: "${dir}"}\nbackends:\n${servers}`;
  const gateway = new GatewayPeer(t, 'run', [], { config, home });
  const mend = () => {
    rmSync(obstacle);
    mkdirSync(dirname(dir), { recursive: true });
  };
  return { gateway, dir, backendLog, mend };
}

const recordsIn = (dir: string): Message[] =>
  auditFiles(dir).flatMap((file) => readLines(file).map((line) => JSON.parse(line)));
const denialOf = (answer: Message) =>
  (answer.result?._meta ?? answer.error.data)['dev.sallyport/denial'] as { code: string; reason: string };

test('strict: nothing passes while the log cannot be written, and everything does afterwards', async (t) => {
  const { gateway, dir, backendLog, mend } = blocked(
    t,
    `profile: strict\nsecurity: {sandbox: {mode: off}, registry: {pin: off}}\npolicies: {default: allow, baseline: {outside_reads: allow, write_tools: allow}}`,
  );
  await gateway.initialize();
  for (const refused of [
    await gateway.ask('tools/list'),
    await gateway.ask('resources/read', { uri: 'file:///a.txt' }),
    await gateway.call('echo', { text: 'early' }),
  ]) {
    assert.equal(denialOf(refused).code, 'SP7001');
    assert.match(denialOf(refused).reason, /the call was not made/);
  }
  assert.deepEqual((await gateway.ask('ping')).result, {});
  const heard = readLines(backendLog).map((line) => JSON.parse(line).method);
  assert.ok(!heard.includes('tools/call') && !heard.includes('resources/read'), heard.join(' '));
  assert.equal(gateway.stderr.match(/SP7001/g)!.length, 1, 'told once');
  mend();
  assert.equal(textOf(await gateway.call('echo', { text: 'late' })), 'late');
  const records = recordsIn(dir);
  assert.deepEqual(
    records.map(({ seq }) => seq),
    records.map((_, i) => i + 1),
  );
  const early = records.find(({ args }) => args?.text === 'early');
  const outcome = records.find(({ id, kind }) => kind === 'done' && id === early.id);
  assert.deepEqual([outcome.outcome, outcome.code], ['failed', 'SP7001']);
  assert.equal(records.at(-1).outcome, 'ok');
});

test('balanced: calls of tools wait for the log, lists and readings go on, and an alarm is raised', async (t) => {
  const { gateway, dir, backendLog, mend } = blocked(t, 'profile: balanced');
  await gateway.initialize();
  assert.ok((await gateway.ask('tools/list')).result.tools.length > 0);
  assert.ok((await gateway.ask('resources/read', { uri: 'file:///a.txt' })).result);
  assert.ok((await gateway.ask('prompts/get', { name: 'greet' })).result);
  assert.equal(denialOf(await gateway.call('echo', { text: 'early' })).code, 'SP7001');
  assert.ok(!readLines(backendLog).some((line) => line.includes('tools/call')));
  assert.match(gateway.stderr, /\[SP7001\]/);
  mend();
  assert.equal(textOf(await gateway.call('echo', { text: 'late' })), 'late');
  const actions = recordsIn(dir)
    .filter(({ kind }) => kind === 'call')
    .map(({ action }) => action);
  assert.deepEqual(actions, ['tools/list', 'resources/read', 'prompts/get', 'tools/call', 'tools/call']);
  await gateway.end();
});

test('a method that may change anything waits for the log like a call of a tool', async (t) => {
  const { gateway, backendLog } = blocked(t, 'policies: {methods: {allow: [vendor/echo]}}');
  await gateway.initialize();
  assert.equal(denialOf(await gateway.ask('vendor/echo', {})).code, 'SP7001');
  assert.ok(!readLines(backendLog).some((line) => line.includes('vendor/echo')));
});

test('a hidden tool and an unknown one are told alike while the log cannot be written', async (t) => {
  const { gateway } = blocked(t, 'profile: strict');
  await gateway.initialize();
  for (const name of ['echo', 'nowhere']) {
    assert.deepEqual((await gateway.call(name)).error, { code: -32602, message: `Unknown tool: ${name}` });
  }
});

test('a list that was to be asked of several backends is refused with one answer', async (t) => {
  const { gateway } = blocked(t, 'profile: strict\npolicies: {default: allow}', ['one', 'two', 'three']);
  await gateway.initialize();
  const refused = await gateway.ask('tools/list', {}, 'L');
  assert.equal(denialOf(refused).code, 'SP7001');
  await gateway.ask('ping');
  assert.equal(gateway.messages.filter(({ id }) => id === 'L').length, 1);
});

test('a reply whose record cannot be written is withheld, and the model is told not to repeat the call', async (t) => {
  const home = temporaryFolder(t);
  const config = `version: 1\naudit: {rotate: {size: 1B}}\nbackends:\n${fixtureBackend('one')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config, home });
  await gateway.initialize();
  gateway.send({
    jsonrpc: '2.0',
    id: 'slow',
    method: 'tools/call',
    params: { name: 'slow', arguments: { ms: 300, steps: 1 }, _meta: { progressToken: 1 } },
  });
  await gateway.until(({ method }) => method === 'notifications/progress');
  const before = gateway.records;
  rmSync(gateway.auditDir, { recursive: true });
  writeFileSync(gateway.auditDir, '');
  const answer = await gateway.reply('slow');
  assert.match(denialOf(answer).reason, /the call ran, but its result was withheld; do not repeat it/);
  rmSync(gateway.auditDir);
  await gateway.call('echo');
  const [first] = gateway.records;
  assert.equal(first.seq, before.at(-1).seq + 1, 'what waited is written first');
  assert.equal(first.outcome, 'ok');
});
