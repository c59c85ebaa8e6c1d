import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../../support/mcp/peer.ts';
import { fixtureCommand, GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';
import { alive, marked, NEEDS_PROC, noneLeft, runOf, whoami } from '../../support/program/survivors.ts';

test('an answer written right before the end is delivered before the end is told, however big', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize();
  for (const bytes of [10, 2_000_000]) {
    const hanging = gateway.call('hang', {}, `hang ${bytes}`);
    const last = await gateway.call('crash', { bytes, code: 0 }, `last ${bytes}`);
    assert.equal(textOf(last).length, bytes);
    assert.equal((await hanging).result._meta['dev.sallyport/denial'].code, 'SP5002');
    const order = gateway.messages.map(({ id }) => id).filter((id) => String(id).endsWith(` ${bytes}`));
    assert.deepEqual(order, [`last ${bytes}`, `hang ${bytes}`]);
  }
});

test('a daemon that holds the pipe of a dead server delays nobody, and ends with the gateway', {
  skip: NEEDS_PROC,
}, async (t) => {
  const gateway = new GatewayPeer(t, 'wrap', ['sh', '-c', 'setsid sleep 1000 & exec "$@"', 'sh', ...fixtureCommand()]);
  await gateway.initialize();
  const first = await whoami(gateway);
  const lost = gateway.call('hang');
  await gateway.call('crash');
  assert.match(textOf(await lost), /SP5002/);
  const second = await whoami(gateway);
  assert.notEqual(second.pid, first.pid);
  const run = runOf(second);
  assert.ok(marked(run).length >= 3, 'both daemons are there');
  assert.deepEqual(await gateway.end(), { code: 0, signal: null });
  assert.deepEqual(marked(run), []);
});

test('a server that closes its output and stays is replaced, and does not stay', { skip: NEEDS_PROC }, async (t) => {
  const gateway = new GatewayPeer(t, 'wrap', fixtureCommand(['--ignore-eof', '--ignore-term']));
  await gateway.initialize();
  const first = await whoami(gateway);
  const deaf = await gateway.call('close_output');
  assert.match(textOf(deaf), /closed its standard output.*SP5002/s);
  assert.notEqual((await whoami(gateway)).pid, first.pid);
  await noneLeft(() => [first.pid].filter(alive), 20_000, 'the deaf server');
});
