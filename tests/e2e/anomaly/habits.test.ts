import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { sallyport } from '../../support/program/command.ts';
import { type GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';

/** Learned after fifty calls, whatever the clock says; paces are left out, since tests call as fast as they can. */
const configWith = (more: string) => `version: 1
anomaly: { enabled: true, learn: 1ms, min_calls: 50, features: [new_tool, arg_shape, bytes_out], false_positives: 5%, ${more} }
`;
const CALLS = 60;
const LARGE = 'QUJDREVGR0hJSktM'.repeat(2000);

async function opened(t: TestContext, home: string, more: string): Promise<GatewayPeer> {
  const gateway = wrapFixture(t, [], { home, config: configWith(more), flags: ['--name', 'fixture'] });
  await gateway.initialize();
  return gateway;
}

async function work(gateway: GatewayPeer, calls = CALLS): Promise<void> {
  for (let i = 0; i < calls; i++) {
    const answer = await gateway.call('echo', { text: `order ${i % 10}` });
    assert.equal(answer.result.isError, undefined, JSON.stringify(answer));
  }
}

const eventsOf = (gateway: GatewayPeer, event: string) => gateway.records.filter((record) => record.event === event);
const denialOf = (answer: Message) => answer.result._meta?.['dev.sallyport/denial'];

test('what was learned by one gateway is judged by in the next, which denies what is unlike it and says why', async (t) => {
  const home = temporaryFolder(t);
  const first = await opened(t, home, 'action: deny');
  await work(first);
  await first.end();
  assert.deepEqual(
    eventsOf(first, 'anomaly_learning').map(({ why }) => why),
    ['nothing was learned before'],
  );

  const second = await opened(t, home, 'action: deny');
  assert.equal(textOf(await second.call('echo', { text: 'order 3' })), 'order 3');
  const refused = await second.call('echo', { text: LARGE });
  assert.equal(refused.result.isError, true);
  assert.equal(denialOf(refused).code, 'SP3161');
  assert.ok(!/\d+ (bytes|kB)|usual are|calls/.test(textOf(refused)), 'no measure is told to the model');
  await second.end();
  const [event, ...more] = eventsOf(second, 'anomaly');
  assert.deepEqual(more, []);
  assert.deepEqual(
    [event!.tool, event!.backend, event!.action, event!.decision],
    ['echo', 'fixture', 'deny', denialOf(refused).decision],
  );
  assert.match(event!.seen, /characters|kB/);
  const call = second.records.find(({ kind, id }) => kind === 'call' && id === event!.decision)!;
  assert.match(call.findings[0].note, /^unusual (bytes_out|arg_shape): usual are .+; this is .+/);
  assert.equal(eventsOf(second, 'anomaly_learning').length, 1, 'only the first began with nothing');
});

test('what was learned is counts alone, in files of its owner', async (t) => {
  const home = temporaryFolder(t);
  const gateway = await opened(t, home, 'action: flag');
  for (let i = 0; i < 5; i++) await gateway.call('echo', { text: 'meeting at dawn', unlikely_name: i });
  await gateway.end();
  const dir = join(home, 'state', 'sallyport', 'habits');
  const files = readdirSync(dir);
  assert.ok(files.length > 0);
  for (const name of files) {
    assert.equal(statSync(join(dir, name)).mode & 0o777, 0o600);
    const text = readFileSync(join(dir, name), 'utf8');
    assert.match(text, /fixture\/echo/);
    assert.ok(!/meeting|dawn|unlikely_name/.test(text), text);
  }
});

test('a call that is unlike those before waits for a person where it is to, and passes flagged where it is not', async (t) => {
  const home = temporaryFolder(t);
  const first = await opened(t, home, 'action: flag');
  await work(first);
  const passed = await first.call('echo', { text: LARGE });
  assert.equal(passed.result.isError, undefined);
  await first.end();
  assert.equal(eventsOf(first, 'anomaly').length, 1);

  const second = await opened(t, home, 'action: require_approval');
  const refused = await second.call('say', { lines: [LARGE, LARGE, LARGE] });
  assert.equal(refused.result.isError, true);
  assert.match(denialOf(refused).code, /^SP6/);
});

test('profiles that cannot be read are put aside and said, and learning begins anew', async (t) => {
  const home = temporaryFolder(t);
  const dir = join(home, 'state', 'sallyport', 'habits');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(join(dir, 'journal-1'), 'not what was kept\n', { mode: 0o600 });
  const gateway = await opened(t, home, 'action: deny');
  await work(gateway, 2);
  await gateway.end();
  assert.equal(eventsOf(gateway, 'anomaly_profiles_lost').length, 1);
  assert.equal(readFileSync(`${dir}.broken/journal-1`, 'utf8'), 'not what was kept\n');
  const status = await sallyport(['anomaly', 'status', '--json'], { home });
  assert.equal(JSON.parse(status.stdout).principals[0].calls, 2);
});

test('the command says how far learning is, explain says it too and learns nothing, and what is forgotten is gone', async (t) => {
  const home = temporaryFolder(t);
  const gateway = await opened(t, home, 'action: deny');
  await work(gateway, 7);
  await gateway.end();
  const config = ['--config', join(home, 'sallyport.yaml')];
  const status = async () => JSON.parse((await sallyport(['anomaly', 'status', '--json', ...config], { home })).stdout);
  const before = await status();
  assert.equal(before.enabled, true);
  const [{ learning, tools }] = before.principals;
  assert.deepEqual([learning.calls, learning.calls_needed], [7, 50]);
  assert.deepEqual(
    tools.map(({ tool, calls }: { tool: string; calls: number }) => [tool, calls]),
    [['fixture/echo', 7]],
  );
  const text = await sallyport(['anomaly', 'status', ...config], { home });
  assert.match(text.stdout, /still learning: 7 of 50 calls/);
  const asked = join(home, 'explained.yaml');
  writeFileSync(asked, `${configWith('action: deny')}backends: [{ name: fixture, command: any }]\n`);
  for (let i = 0; i < 3; i++) {
    const explained = await sallyport(['explain', 'fixture/echo', '{"text":"x"}', '--config', asked], { home });
    assert.match(explained.stdout, /still learning: 7 of 50 calls/);
  }
  assert.deepEqual(await status(), before);
  const forgotten = await sallyport(['anomaly', 'forget', '--tool', 'fixture/echo', '--json'], { home });
  assert.deepEqual(JSON.parse(forgotten.stdout), { schema_version: 1, ok: true, forgotten: 1 });
  assert.deepEqual((await status()).principals[0].tools, []);
  const all = await sallyport(['anomaly', 'forget'], { home });
  assert.match(all.stdout, /^Nothing of the kind/, 'no tool is left');
  assert.deepEqual((await status()).principals, []);
});

test('a reload turns it on and off while the gateway runs, and keeps what was learned', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'sallyport.yaml');
  const off = 'version: 1\nreload: signal\n';
  const gateway = wrapFixture(t, [], { home, config: off, flags: ['--name', 'fixture'] });
  await gateway.initialize();
  const reload = async (text: string, nth: number) => {
    writeFileSync(file, text);
    gateway.child.kill('SIGHUP');
    // Its own questions mark the time.
    while (eventsOf(gateway, 'config_reloaded').length < nth) await gateway.ask('ping');
  };
  await work(gateway, 5);
  assert.equal((await gateway.call('echo', { text: LARGE })).result.isError, undefined);
  await reload(`${configWith('action: deny')}reload: signal\n`, 1);
  await work(gateway);
  assert.equal(denialOf(await gateway.call('echo', { text: LARGE })).code, 'SP3161');
  await reload(off, 2);
  assert.equal((await gateway.call('echo', { text: LARGE })).result.isError, undefined);
  await reload(`${configWith('action: deny')}reload: signal\n`, 3);
  assert.equal(denialOf(await gateway.call('echo', { text: LARGE })).code, 'SP3161');
  assert.equal(eventsOf(gateway, 'anomaly_learned').length, 1);
});
