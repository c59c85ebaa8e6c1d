import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hashOf, memberOf } from '../../support/audit/chain.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { auditFiles, fixtureBackend, GatewayPeer, readLines, wrapFixture } from '../../support/program/gateway.ts';

const GENESIS = '0'.repeat(64);

test('a probe leaves no file and no folder behind', async (t) => {
  const home = temporaryFolder(t);
  const gateway = wrapFixture(t, [], { home, flags: ['--era', 'modern'] });
  const params = {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  };
  assert.ok((await gateway.ask('server/discover', params)).result);
  assert.ok((await gateway.ask('ping')).result);
  await gateway.end();
  assert.deepEqual(readdirSync(home), []);
});

test('the log is one file of the process that only its owner can read, in a folder only its owner can enter', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize();
  const [file, ...others] = auditFiles(gateway.auditDir);
  assert.deepEqual(others, []);
  assert.match(file!, new RegExp(`/audit-[A-Za-z0-9._-]+-${gateway.pid}-\\d+\\.jsonl$`));
  assert.equal(statSync(file!).mode & 0o777, 0o600);
  assert.equal(statSync(gateway.auditDir).mode & 0o777, 0o700);
});

test('a full segment ends at a record boundary, and the chain goes on in the next', async (t) => {
  const config = `version: 1\naudit: {rotate: {size: 2kB, keep: 3}, retention: 1h}\nbackends:\n${fixtureBackend('one')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  const old = join(gateway.auditDir, 'audit-elsewhere-1-1.jsonl');
  const young = join(gateway.auditDir, 'audit-elsewhere-1-2.jsonl');
  for (const path of [old, young]) writeFileSync(path, '{}\n');
  utimesSync(old, new Date(), new Date(Date.now() - 2 * 3_600_000));
  utimesSync(young, new Date(), new Date(Date.now() - 0.5 * 3_600_000));
  for (let i = 0; i < 30; i++) await gateway.call('echo', { text: String(i) });
  const { code } = await gateway.end();
  assert.equal(code, 0);
  assert.equal(existsSync(old), false, 'older than `retention`');
  assert.equal(existsSync(young), true, 'inside `retention`, however many there are');
  const segments = auditFiles(gateway.auditDir).filter((file) => file !== young);
  assert.ok(segments.length > 4, `${segments.length} segments`);
  let prev = GENESIS;
  let seq = 0;
  for (const segment of segments) {
    assert.ok(statSync(segment).size < 4000);
    for (const line of readLines(segment)) {
      assert.equal(memberOf(line, 'prev'), prev);
      assert.equal(memberOf(line, 'hash'), hashOf(line));
      assert.equal(JSON.parse(line).seq, ++seq);
      prev = memberOf(line, 'hash');
    }
  }
  const said = diagnosticsOf(gateway);
  assert.ok(
    said.some((line) => line.includes('SP7004') && line.includes('segments=')),
    said.join('\n'),
  );
});

test('any number of short logs of processes that ended stays, and raises no alarm', async (t) => {
  const home = temporaryFolder(t);
  const first = wrapFixture(t, [], { home });
  await first.initialize();
  await first.end();
  const ended = Array.from({ length: 40 }, (_, n) => join(first.auditDir, `audit-elsewhere-${n + 1}-1.jsonl`));
  for (const path of ended) writeFileSync(path, `${'x'.repeat(2000)}\n`);
  const second = wrapFixture(t, [], { home });
  await second.initialize();
  await second.call('echo', { text: 'on' });
  await second.end();
  assert.ok(ended.every((path) => existsSync(path)));
  assert.equal(auditFiles(second.auditDir).length, 42);
  const alarms = diagnosticsOf(second).filter((line) => line.includes('SP7004'));
  assert.deepEqual(alarms, []);
  assert.doesNotMatch(second.stderr, /SP7004/);
});

test('reserves lie beside the log while it is written and are gone afterwards, those of a killed gateway too', async (t) => {
  const first = wrapFixture(t);
  await first.initialize();
  const reserves = () => readdirSync(first.auditDir).filter((name) => name.endsWith('.reserve'));
  await first.call('echo');
  assert.equal(reserves().length, 1);
  assert.equal(statSync(join(first.auditDir, reserves()[0]!)).size, 256 * 1024);
  first.child.kill('SIGKILL');
  await first.exited;
  assert.equal(reserves().length, 1);
  const second = wrapFixture(t, [], { home: first.home });
  await second.initialize();
  await second.call('echo');
  assert.equal(reserves().length, 1);
  await second.end();
  assert.deepEqual(reserves(), []);
});

test('where the state folder cannot be made, records go to the temporary folder and the gateway says so', async (t) => {
  const home = temporaryFolder(t);
  const TMPDIR = join(home, 'tmp');
  mkdirSync(TMPDIR);
  writeFileSync(join(home, 'file'), '');
  const env = { XDG_STATE_HOME: join(home, 'file', 'state'), TMPDIR };
  const gateway = wrapFixture(t, [], { home, env });
  await gateway.initialize();
  assert.equal((await gateway.call('echo', { text: 'on' })).result.content[0].text, 'on');
  const [folder] = readdirSync(TMPDIR);
  assert.match(folder!, /^sallyport-\d+$/);
  assert.equal(auditFiles(join(TMPDIR, folder!, 'audit')).length, 1);
  assert.match(gateway.stderr, /\[SP7001\] .*records go to .*sallyport-\d+\/audit/);
  assert.equal(gateway.stderr.match(/records go to/g)!.length, 1);
});

/** What all gateways of a home have said of themselves. */
function diagnosticsOf({ home }: { readonly home: string }): string[] {
  const log = join(home, 'state', 'sallyport', 'log');
  return existsSync(log) ? readdirSync(log).flatMap((name) => readLines(join(log, name))) : [];
}
