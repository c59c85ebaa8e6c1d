import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';

/** Runs a gateway to its end; something worth a warning happens on the way. */
async function ran(t: TestContext, log: string): Promise<GatewayPeer> {
  const config = `version: 1\n${log}backends:\n${fixtureBackend('one', ['--banner', 'noise'])}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  await gateway.call('echo');
  await gateway.end();
  return gateway;
}

function logFolder({ home }: GatewayPeer): string {
  return join(home, 'state', 'sallyport', 'log');
}

test('diagnostics go to a file of the process only its owner can read, one line an event', async (t) => {
  const gateway = await ran(t, '');
  const [name, ...others] = readdirSync(logFolder(gateway));
  assert.match(name!, new RegExp(`^sallyport-${gateway.pid}-\\d+\\.log$`));
  assert.deepEqual(others, []);
  const file = join(logFolder(gateway), name!);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  for (const line of lines) assert.match(line, /^\d{4}-\d\d-\d\dT\S+Z (?:INFO |WARN |ERROR) \w+/);
  assert.ok(lines.some((line) => / INFO /.test(line)) && lines.some((line) => / WARN /.test(line)), lines.join('\n'));
  assert.equal(gateway.stderr, '');
});

test('`log` chooses the level, the file and the form', async (t) => {
  const gateway = await ran(t, 'log: {level: warn, file: ~/diagnostics/gateway.log, format: json}\n');
  assert.throws(() => readdirSync(logFolder(gateway)), /ENOENT/, 'nothing in the usual place');
  const folder = join(gateway.home, 'diagnostics');
  const file = join(folder, 'gateway.log');
  assert.deepEqual([statSync(folder).mode & 0o777, statSync(file).mode & 0o777], [0o700, 0o600]);
  const entries = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(entries.length > 0);
  for (const { ts, level, event } of entries) {
    assert.ok(!Number.isNaN(Date.parse(ts)));
    assert.equal(level, 'warn');
    assert.match(event, /^\w+$/);
  }
});

test('`log.file: stderr` writes no file, and never a word to standard output', async (t) => {
  const gateway = await ran(t, 'log: {level: debug, file: stderr}\n');
  assert.throws(() => readdirSync(logFolder(gateway)), /ENOENT/);
  assert.match(gateway.stderr, /Z INFO {2}\w+/);
  assert.match(gateway.stderr, /Z WARN {2}\w+/);
  for (const message of gateway.messages) assert.equal(message.jsonrpc, '2.0');
});
