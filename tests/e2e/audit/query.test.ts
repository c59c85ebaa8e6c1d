import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import type { Message } from '../../support/mcp/peer.ts';
import { type Ended, sallyport } from '../../support/program/command.ts';
import { auditFiles, fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';

let home: string;
let dir: string;
let records: Message[];

before(async (t) => {
  const denied = fixtureBackend('two', [], { denied_tools: ['echo'] });
  const config = `version: 1\nbackends:\n${fixtureBackend('one')}${denied}`;
  const gateway = new GatewayPeer(t as TestContext, 'run', [], { config });
  await gateway.initialize();
  await gateway.ask('tools/list');
  await gateway.call('one__echo', { text: 'first' });
  await gateway.call('two__echo');
  await gateway.ask('resources/read', { uri: 'two+file:///a.txt' });
  gateway.send('{');
  await gateway.call('two__crash');
  await gateway.end();
  home = gateway.home;
  dir = gateway.auditDir;
  records = gateway.records;
});

const query = async (...args: string[]): Promise<Ended & { found: Message[] }> => {
  const ended = await sallyport(['audit', 'query', '--json', ...args], { home });
  return {
    ...ended,
    found: ended.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
};

test('without a filter every record comes as one line of JSON, oldest first', async () => {
  const { code, found } = await query();
  assert.equal(code, 0);
  assert.deepEqual(found, records);
});

test('each filter keeps exactly the records it names', async () => {
  const [call] = records.filter(({ resource }) => resource === 'one/echo');
  const mid = records[Math.floor(records.length / 2)].ts;
  const cases: readonly [string[], (record: Message) => boolean][] = [
    [['--resource', 'one/*'], ({ resource }) => resource?.startsWith('one/') ?? false],
    [['--resource', '*/echo'], ({ resource }) => resource?.endsWith('/echo') ?? false],
    [['--backend', 'two'], (r) => r.backend === 'two' || (r.resource?.startsWith('two/') ?? false)],
    [['--decision', 'deny'], ({ decision }) => decision === 'deny'],
    [['--code', 'SP3002'], ({ code }) => code === 'SP3002'],
    [['--kind', 'refused'], ({ kind }) => kind === 'refused'],
    [['--kind', 'event'], ({ kind }) => kind === 'event'],
    [['--id', call.id], ({ id }) => id === call.id],
    [['--since', mid], ({ ts }) => ts >= mid],
    [['--until', mid], ({ ts }) => ts <= mid],
    [['--since', '1h'], () => true],
    [['--until', '1h'], () => false],
    [
      ['--kind', 'call', '--backend', 'two', '--decision', 'allow'],
      (r) => r.kind === 'call' && r.decision === 'allow' && r.resource.startsWith('two/'),
    ],
  ];
  await Promise.all(
    cases.map(async ([args, wanted]) => {
      const { code, found } = await query(...args);
      assert.equal(code, 0, args.join(' '));
      assert.deepEqual(found, records.filter(wanted), args.join(' '));
    }),
  );
  assert.deepEqual(
    (await query('--id', call.id)).found.map(({ kind }) => kind),
    ['call', 'done'],
  );
  assert.deepEqual((await query('--limit', '2')).found, records.slice(0, 2));
});

test('for people a record is one line that says what, how and why', async () => {
  const { stdout, stderr } = await sallyport(['audit', 'query', '--decision', 'deny'], { home });
  assert.match(
    stdout,
    /^\S+Z {2}call {5}deny {2}tools\/call two\/echo {2}SP3002 {2}backends\[1\]\.denied_tools\[0\] {2}\S+$/,
  );
  assert.equal(stderr, '1 of 1 matching records');
});

test('a time or number that is none is a usage error', async () => {
  for (const args of [
    ['--since', 'yesterday'],
    ['--until', '2x'],
    ['--limit', 'many'],
    ['--limit', '-1'],
  ]) {
    const { code, stderr, stdout } = await sallyport(['audit', 'query', ...args], { home });
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, new RegExp(`error: ${args[0]} "${args[1]}"`));
    assert.equal(stdout, '');
  }
});

test('a line that is no record ends a query and a tail with exit code 5', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'audit-h-1-1.jsonl');
  const line = JSON.stringify(records[0]);
  for (const bad of ['{"a":', 'null', '[1]', '7', '"text"', '']) {
    writeFileSync(file, `${line}\n${bad}\n${line}\n`);
    for (const command of ['query', 'tail']) {
      const { code, stderr } = await sallyport(['audit', command, '--dir', folder], { home });
      assert.equal(code, 5, `${command} of ${bad}`);
      assert.match(stderr, /see `sallyport audit verify .*audit-h-1-1\.jsonl`/);
    }
  }
});

test('a record that was never written to its end does not keep the others from being read', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'audit-h-1-1.jsonl');
  writeFileSync(file, `${JSON.stringify(records[0])}\n`);
  appendFileSync(file, JSON.stringify(records[1]).slice(0, 50));
  const { code, found } = await query(file);
  assert.equal(code, 0);
  assert.deepEqual(found, [records[0]]);
});

test('hostile text in a record acts on no terminal', async (t) => {
  const folder = temporaryFolder(t);
  const [call] = records.filter(({ kind }) => kind === 'call');
  const evil = { ...call, resource: 'one/\u001b[2J\u202e\r\nfake', client: '\u009b31m' };
  writeFileSync(join(folder, 'audit-h-1-1.jsonl'), `${JSON.stringify(evil)}\n`);
  for (const flags of [[], ['--json']]) {
    const { stdout } = await sallyport(['audit', 'query', '--dir', folder, ...flags], { home });
    assert.match(stdout, /^[\x20-\x7e]+$/);
  }
});

test('the folder of the log is found by the config or named', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'other.yaml');
  writeFileSync(file, `version: 1\naudit: {dir: "${dir}"}\nbackends: [{name: a, command: b}]\n`);
  const elsewhere = (args: string[]) => sallyport(['audit', 'query', '--json', ...args], { home: folder });
  assert.equal((await elsewhere([])).stdout, '');
  assert.equal((await elsewhere(['--config', file])).stdout.split('\n').length, records.length);
  assert.equal((await elsewhere(['--dir', dir])).stdout.split('\n').length, records.length);
  assert.equal((await elsewhere([...auditFiles(dir)])).stdout.split('\n').length, records.length);
});

test('--trace finds the decisions and outcomes of one trace, however its id is written, and nothing of another', async (t) => {
  const config = `version: 1\ntelemetry: { sample: 0, otlp_endpoint: "http://127.0.0.1:9" }\nbackends:\n${fixtureBackend('one')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  const [mine, other] = ['0af7651916cd43dd8448eb211c80319c', '1bf7651916cd43dd8448eb211c80319d'];
  for (const trace of [mine, other]) {
    const _meta = { traceparent: `00-${trace}-b7ad6b7169203331-01` };
    await gateway.ask('tools/call', { name: 'echo', arguments: { trace }, _meta });
  }
  await gateway.end();
  const recorded = gateway.records.filter(({ trace }) => trace === mine);
  assert.deepEqual(
    recorded.map(({ kind }) => kind),
    ['call', 'done'],
  );
  for (const id of [mine, mine.toUpperCase()]) {
    const { code, stdout } = await sallyport(['audit', 'query', '--json', '--trace', id], { home: gateway.home });
    assert.equal(code, 0);
    assert.deepEqual(
      stdout.split('\n').map((line) => JSON.parse(line)),
      recorded,
    );
  }
  const none = await sallyport(['audit', 'query', '--trace', 'f'.repeat(32)], { home: gateway.home });
  assert.deepEqual(none, { code: 0, stdout: '', stderr: '0 of 0 matching records' });
});
