import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { type Message, type Peer, textOf } from '../../support/mcp/peer.ts';
import { fixtureBackend, GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';
import { whoami } from '../../support/program/survivors.ts';

async function toolNames(gateway: Peer): Promise<string[]> {
  const listed = await gateway.ask('tools/list');
  return listed.result.tools.map(({ name }: Message) => name);
}

test('wrap takes lists of patterns by repeated flags and by commas, and its name and folder from flags', async (t) => {
  const home = realpathSync(temporaryFolder(t));
  const cwd = join(home, 'elsewhere');
  mkdirSync(cwd);
  const lists = ['--allow', 'echo,w*', '--allow', '{slow,fail}', '--deny', 'f*'];
  const flags = [...lists, '--name', 'my-server', '--cwd', cwd];
  const gateway = wrapFixture(t, [], { home, flags });
  await gateway.initialize();
  assert.deepEqual(await toolNames(gateway), ['echo', 'slow', 'whoami']);
  assert.equal((await whoami(gateway)).cwd, cwd);
  assert.match((await gateway.call('fail')).error.message, /^Unknown tool: fail$/);
  const decided = gateway.records.filter(({ kind, type }) => kind === 'call' && type === 'tool');
  assert.deepEqual(
    decided.map(({ resource, decision, rule }) => [resource, decision, rule]),
    [
      ['my-server/whoami', 'allow', undefined],
      ['my-server/fail', 'deny', '--deny'],
    ],
  );
});

test('wrap takes policy and limits from the config and leaves its backends alone', async (t) => {
  const starts = join(temporaryFolder(t), 'starts');
  const other = fixtureBackend('other', ['--starts', starts]);
  const config = `version: 1\nlimits: {max_request_bytes: 300}\npolicies: {default: deny}\nbackends:\n${other}`;
  const gateway = wrapFixture(t, [], { config, flags: ['--allow', 'echo'] });
  await gateway.initialize();
  assert.deepEqual(await toolNames(gateway), ['echo']);
  assert.match(JSON.stringify(await gateway.call('echo', { text: 'x'.repeat(400) })), /SP\d{4}/);
  await gateway.end();
  assert.throws(() => readFileSync(starts), /ENOENT/);
});

test('run reads $SALLYPORT_CONFIG, takes a stricter profile from a flag, and with --observe blocks nothing', async (t) => {
  const home = temporaryFolder(t);
  const SALLYPORT_CONFIG = join(home, 'named.yaml');
  writeFileSync(
    SALLYPORT_CONFIG,
    `version: 1\nbackends:\n${fixtureBackend('one', ['--tools', 'a,b'], { denied_tools: ['b'] })}`,
  );
  const start = (...flags: string[]) => new GatewayPeer(t, 'run', [], { home, env: { SALLYPORT_CONFIG }, flags });
  const [plain, strict, observing] = [start(), start('--profile', 'strict'), start('--observe')];
  await Promise.all([plain, strict, observing].map((gateway) => gateway.initialize()));
  assert.deepEqual(await toolNames(plain), ['a']);
  assert.deepEqual(await toolNames(strict), []);
  assert.deepEqual(await toolNames(observing), ['a', 'b']);
  assert.equal(textOf(await observing.call('b')), 'called b');
  const [record] = observing.records.filter(({ would_deny }) => would_deny !== undefined);
  assert.deepEqual(
    [record.resource, record.decision, record.would_deny],
    ['one/b', 'allow', { code: 'SP3002', rule: 'backends[0].denied_tools[0]' }],
  );
});

test('--trace-frames writes every byte of client and server to a file only its owner can read', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'trace.jsonl');
  const gateway = wrapFixture(t, [], { home, flags: ['--trace-frames', file, '--name', 'one'] });
  await gateway.initialize();
  await gateway.call('echo', { text: 'snö ☃' }, 'my-id');
  await gateway.end();
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const chunks: Message[] = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const passed = (peer: string, direction: string) =>
    chunks
      .filter((chunk) => chunk.peer === peer && chunk.direction === direction)
      .map(({ text, base64 }) => text ?? Buffer.from(base64, 'base64').toString('utf8'))
      .join('');
  assert.equal(passed('client', 'out'), gateway.lines.map((line) => `${line}\n`).join(''));
  assert.match(passed('client', 'in'), /"id":"my-id","method":"tools\/call".*snö ☃/);
  const [toServer, fromServer] = [passed('one', 'out'), passed('one', 'in')];
  assert.match(toServer, /"method":"tools\/call".*snö ☃/);
  assert.match(fromServer, /snö ☃/);
});
