import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../../support/mcp/peer.ts';
import { fixtureBackend, GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';
import { memoryOf, percentile } from '../../support/program/processes.ts';

const DENIAL = 'dev.sallyport/denial';
const MEGABYTE = 'x'.repeat(1_000_000);

test('42: a backend that stops reading holds up neither memory nor its sibling', async (t) => {
  const limits = 'limits: { execution_timeout_secs: 2, max_concurrent_calls: 1000 }\n';
  const config = `version: 1\n${limits}backends:\n${fixtureBackend('deaf')}${fixtureBackend('well')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  await gateway.ask('tools/list');
  assert.equal(textOf(await gateway.call('deaf__deaf')), 'deaf');
  const before = memoryOf(gateway.pid, 'VmRSS');
  const stuck = Array.from({ length: 64 }, () => gateway.call('deaf__echo', { text: MEGABYTE }));
  await stuck.at(-1);
  // A machine that is busy otherwise gets three tries.
  const p99: number[] = [];
  while (p99.length < 3 && !(p99.at(-1)! < 50)) {
    const took: number[] = [];
    for (let i = 0; i < 200; i++) {
      const started = performance.now();
      assert.equal(textOf(await gateway.call('well__echo', { text: 'small' })), 'small');
      took.push(performance.now() - started);
    }
    p99.push(percentile(took, 0.99));
  }
  assert.ok(p99.at(-1)! < 50, `p99 of ${p99} ms`);
  const codes = (await Promise.all(stuck)).map(({ result }) => result._meta[DENIAL].code);
  // Those the server was sent time out; the others found its queue full, or too much waiting to be looked at.
  for (const code of codes) assert.ok(['SP5003', 'SP5004', 'SP3013'].includes(code), code);
  assert.ok(codes.includes('SP5003'));
  const grown = memoryOf(gateway.pid, 'VmHWM') - before;
  // Up to 32 MB wait before it and for it, and the thread that reads large texts takes 30 to 40.
  assert.ok(grown < 140_000, `${grown} kB more at most`);
});

test('42: notifications for a backend that stopped reading do not pile up', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize({ capabilities: { roots: { listChanged: true } } });
  assert.equal(textOf(await gateway.call('deaf')), 'deaf');
  const before = memoryOf(gateway.pid, 'VmRSS');
  for (let i = 0; i < 100; i++) gateway.notify('notifications/roots/list_changed', { padding: MEGABYTE });
  await gateway.ask('ping');
  const grown = memoryOf(gateway.pid, 'VmHWM') - before;
  assert.ok(grown < 64_000, `${grown} kB more at most`);
});

test('42: a backend that asks on and on and reads no answer is given up', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize();
  const hanging = gateway.call('hang');
  await gateway.call('deaf', { pings: 30_000 });
  const { result } = await hanging;
  assert.equal(result._meta[DENIAL].code, 'SP5004');
  assert.equal(textOf(await gateway.call('echo', { text: 'restarted' })), 'restarted');
});

test('42: a backend that never reads at all is given up, and its sibling is not held up', async (t) => {
  const deaf = fixtureBackend('deaf', ['--never-read'], { start_timeout_secs: 1 });
  const config = `version: 1\nlimits: { list_timeout_secs: 1 }\nbackends:\n${deaf}${fixtureBackend('well')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  const waiting = gateway.call('deaf__echo');
  assert.equal(textOf(await gateway.call('well__echo', { text: 'small' })), 'small');
  const { result } = await waiting;
  assert.equal(result.isError, true);
  assert.equal(result._meta[DENIAL].code, 'SP5007');
});

test('43: a client that stops reading does not fill the memory, and later gets everything', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize();
  await gateway.call('echo');
  const before = gateway.lines.length;
  const stdout = gateway.child.stdout!;
  stdout.pause();
  const ids = Array.from({ length: 64 }, (_, index) => `big${index}`);
  for (const id of ids) {
    const params = { name: 'big', arguments: { bytes: 1_000_000 } };
    gateway.send({ jsonrpc: '2.0', id, method: 'tools/call', params });
  }
  await settled(() => gateway.records.length);
  assert.equal(gateway.records.filter(({ kind }) => kind === 'call').length, ids.length + 1);
  const answered = gateway.records.filter(({ kind }) => kind === 'done').length;
  assert.ok(answered < 32, `${answered} answers were taken from the backend`);
  assert.ok(memoryOf(gateway.pid, 'VmHWM') < 160_000, 'while nothing is read');
  stdout.resume();
  await gateway.when(() => gateway.lines.length >= before + ids.length);
  const answers = gateway.messages.slice(before);
  assert.deepEqual(new Set(answers.map(({ id }) => id)), new Set(ids));
  for (const answer of answers) assert.equal(textOf(answer).length, 1_000_000);
  assert.ok(memoryOf(gateway.pid, 'VmHWM') < 160_000, 'after everything was read');
  const done = gateway.records.filter(({ kind }) => kind === 'done');
  assert.equal(done.length, ids.length + 1);
});

/** Resolves when `count` has stayed the same for a while. */
async function settled(count: () => number): Promise<void> {
  for (let last = -1, same = 0; same < 10; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const now = count();
    same = now === last ? same + 1 : 0;
    last = now;
  }
}
