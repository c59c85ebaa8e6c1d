import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { RecordReceiver } from '../../support/audit/record-receiver.ts';
import { endWith, temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';
import { auditFiles, fixtureBackend, fixtureCommand, GatewayPeer, readLines } from '../../support/program/gateway.ts';
import { Served, serveConfig } from '../../support/program/serve.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

function config(url: string, more = ''): string {
  const shipping = JSON.stringify({ webhook: { url, secret: SECRET } });
  return `version: 1\naudit: { destination: webhook, shipping: ${shipping}${more} }\nbackends:\n${fixtureBackend('one')}`;
}

async function worked(t: TestContext, url: string, home?: string): Promise<GatewayPeer> {
  const options = { config: config(url), ...(home === undefined ? {} : { home }) };
  const gateway = new GatewayPeer(t, 'run', [], options);
  await gateway.initialize();
  for (const text of ['a', 'b', 'c']) await gateway.call('echo', { text });
  return gateway;
}

/** A process that waits for others only would end. */
function awake(t: TestContext): void {
  const timer = setInterval(() => {}, 1000);
  endWith(t, async () => clearInterval(timer));
}

test('what a gateway records arrives, the very bytes of the log, while it runs', async (t) => {
  awake(t);
  const receiver = await RecordReceiver.start(t);
  const gateway = await worked(t, receiver.url);
  const lines = () => auditFiles(gateway.auditDir).flatMap(readLines);
  await receiver.until(() => [...receiver.bySeq.values()].flat().length >= lines().length);
  await gateway.end();
  assert.deepEqual([...receiver.bySeq.values()].flat(), lines().slice(0, [...receiver.bySeq.values()].flat().length));
  assert.ok(lines().length >= 7);
});

test('a collector that never answers holds up no call and no end, and the next gateway sends what is left', async (t) => {
  awake(t);
  const home = temporaryFolder(t);
  const receiver = await RecordReceiver.start(t);
  receiver.answering = () => true;
  const first = await worked(t, receiver.url, home);
  await receiver.until(() => receiver.came.length > 0);
  assert.match(JSON.stringify(await first.call('echo', { text: 'still' })), /still/);
  await first.end();
  const left = auditFiles(first.auditDir).flatMap(readLines);
  assert.equal(receiver.taken.length, 0);
  receiver.answering = () => undefined;
  const second = await worked(t, receiver.url, home);
  const had = () => [...receiver.bySeq.values()].flat();
  await receiver.until(() => left.every((line) => had().includes(line)));
  await second.end();
});

test('standard output takes records under `serve`, in another format, and nothing else', async (t) => {
  awake(t);
  const home = temporaryFolder(t);
  const more = 'audit: { destination: [file, stdout], format: ocsf }\n';
  const served = new Served(t, serveConfig({ more }), home, {});
  while (!served.stdout.includes('serving')) await once(served.child.stdout!, 'data');
  await served.end();
  assert.match(served.stderr, /listening on http/);
  const events = served.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.ok(events.every(({ metadata }) => metadata.version === '1.8.0'));
  assert.deepEqual(
    events.map(({ metadata }) => metadata.sequence),
    served.records.map(({ seq }) => seq),
  );
});

test('standard output is refused where it is the protocol, with its place', async (t) => {
  const text = `version: 1\naudit:\n  destination: [file, stdout]\nbackends:\n${fixtureBackend('one')}`;
  for (const command of ['run', 'wrap'] as const) {
    const gateway = new GatewayPeer(t, command, command === 'wrap' ? fixtureCommand() : [], { config: text });
    const { code } = await gateway.exited;
    const { stderr } = gateway;
    assert.equal(code, 2, command);
    assert.match(stderr, /SP7024[\s\S]*sallyport\.yaml:3:/, command);
  }
});

test('a destination that says nothing of where, or could be read on the way, is a fault with its place', async (t) => {
  const home = temporaryFolder(t);
  const cases: readonly [string, RegExp][] = [
    ['destination: webhook', /SP1006[\s\S]*`webhook` needs audit\.shipping\.webhook/],
    ['destination: [syslog]', /SP1006[\s\S]*`syslog` needs audit\.shipping\.syslog/],
    [`shipping: {webhook: {url: "http://soc.example/x", secret: ${SECRET}}}`, /SP1005[\s\S]*read on the way/],
    ['shipping: {syslog: {url: "tcp://logs.example:514"}}', /SP1005[\s\S]*read on the way/],
    ['shipping: {syslog: {url: "udp://127.0.0.1:514"}}', /SP1005[\s\S]*tls:\/\/host:port/],
    ['shipping: {webhook: {url: "https://x.example/", secret: short}}', /SP1005[\s\S]*whsec_/],
    ['destination: carrier-pigeon', /SP1005/],
  ];
  const { writeFileSync } = await import('node:fs');
  const { join } = await import('node:path');
  for (const [index, [section, said]] of cases.entries()) {
    const file = join(home, `${index}.yaml`);
    writeFileSync(file, `version: 1\naudit: {${section}}\nbackends: [{name: a, command: b}]\n`);
    const { code, stderr } = await sallyport(['validate', file], { home });
    assert.equal(code, 2, section);
    assert.match(stderr, said, section);
  }
});
