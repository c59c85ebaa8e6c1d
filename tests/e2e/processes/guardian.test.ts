import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../../support/mcp/peer.ts';
import { fixtureCommand, GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';
import {
  alive,
  childrenOf,
  found,
  guardians,
  marked,
  NEEDS_PROC,
  noneLeft,
  runOf,
  runStartedBy,
  whoami,
} from '../../support/program/survivors.ts';

const AFTER_KILL_MS = 20_000;

test('a guardian that is killed is replaced, and the new one knows what runs', { skip: NEEDS_PROC }, async (t) => {
  const gateway = wrapFixture(t, ['--ignore-eof', '--ignore-term', '--grandchild']);
  await gateway.initialize();
  const run = runOf(await whoami(gateway));
  const [first] = guardians(run);
  process.kill(first!, 'SIGKILL');
  await found(() => guardians(run).find((pid) => pid !== first), 30_000, 'another guardian');
  gateway.child.kill('SIGKILL');
  await noneLeft(() => [...marked(run), ...guardians(run)], AFTER_KILL_MS, 'something');
});

test('a gateway killed at the moment a server appears leaves nothing', { skip: NEEDS_PROC }, async (t) => {
  const gateway = wrapFixture(t, ['--ignore-eof', '--ignore-term', '--daemon', '--slow-start', '60000']);
  gateway.send({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } },
  });
  const run = await found(() => runStartedBy(gateway.pid), 30_000, 'a server');
  gateway.child.kill('SIGKILL');
  await noneLeft(() => [...marked(run), ...guardians(run)], AFTER_KILL_MS, 'something');
});

test('without a backend there is no guardian, and closing one gateway leaves the other alone', {
  skip: NEEDS_PROC,
}, async (t) => {
  const one = wrapFixture(t);
  const two = wrapFixture(t);
  await one.ask('ping');
  assert.deepEqual(childrenOf(one.pid), []);
  await Promise.all([one.initialize(), two.initialize()]);
  const [first, second] = await Promise.all([whoami(one), whoami(two)]);
  assert.notEqual(runOf(first), runOf(second));
  one.child.kill('SIGKILL');
  await noneLeft(() => [...marked(runOf(first)), ...guardians(runOf(first))], AFTER_KILL_MS, 'something');
  assert.equal(textOf(await two.call('echo', { text: 'still here' })), 'still here');
});

test('when only the launcher of a server dies, its server goes with it and another is started', {
  skip: NEEDS_PROC,
}, async (t) => {
  const line = `${fixtureCommand(['--ignore-eof', '--ignore-term'])
    .map((word) => `'${word}'`)
    .join(' ')}; true`;
  const gateway = new GatewayPeer(t, 'wrap', ['sh', '-c', line]);
  await gateway.initialize();
  const before = await whoami(gateway);
  const launcher = childrenOf(gateway.pid).find((pid) => childrenOf(pid).includes(before.pid));
  const call = gateway.call('hang');
  await gateway.call('echo');
  process.kill(launcher!, 'SIGKILL');
  assert.match(textOf(await call), /SP5002/);
  const after = await whoami(gateway);
  assert.notEqual(after.pid, before.pid);
  await noneLeft(() => [before.pid].filter(alive), AFTER_KILL_MS, 'the server without its launcher');
  assert.deepEqual(
    marked(runOf(after)).sort(),
    [...childrenOf(gateway.pid).filter((pid) => marked(runOf(after)).includes(pid)), after.pid].sort(),
  );
});
