import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';
import { guardians, marked, noneLeft, runOf, sharingNamespace, whoami } from '../../support/program/survivors.ts';
import { HostileGateway, makeWorld, NO_SANDBOX, required } from '../../support/sandbox/hostile.ts';

/** Backends by what makes each of them hard to get rid of. */
const STUBBORN = {
  polite: [],
  'no-eof': ['--ignore-eof'],
  'no-eof-no-term': ['--ignore-eof', '--ignore-term'],
  grandchild: ['--ignore-eof', '--ignore-term', '--grandchild'],
  daemon: ['--daemon'],
  'faceless-daemon': ['--faceless-daemon', '--ignore-eof', '--ignore-term'],
};
const NETWORKS = ['none', 'proxy'];

/** Longest anything may survive the gateway's own death by SIGKILL. */
const AFTER_KILL_MS = 20_000;

const ENDS = [
  { how: 'the end of its input', code: 0, end: (gateway: GatewayPeer) => gateway.child.stdin!.end() },
  { how: 'SIGTERM', code: 143, end: (gateway: GatewayPeer) => gateway.child.kill('SIGTERM') },
];

for (const network of NETWORKS) {
  for (const { how, code, end } of ENDS) {
    test(`a gateway ended by ${how} leaves nothing of its sandboxes with the network ${network}`, {
      skip: NO_SANDBOX,
    }, async (t) => {
      const { gateway, run, inside } = await crowd(t, network);
      end(gateway);
      assert.deepEqual(await gateway.exited, { code, signal: null });
      assert.deepEqual([...marked(run), ...guardians(run), ...inside()], []);
    });
  }

  test(`a gateway that is killed leaves nothing of its sandboxes with the network ${network}`, {
    skip: NO_SANDBOX,
  }, async (t) => {
    const { gateway, run, inside } = await crowd(t, network);
    gateway.child.kill('SIGKILL');
    await gateway.exited;
    await noneLeft(() => [...marked(run), ...inside()], AFTER_KILL_MS, 'a backend');
    await noneLeft(() => guardians(run), AFTER_KILL_MS, 'the guardian');
  });
}

test('a server in a sandbox that hears when it is told to end has its chance', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = Object.fromEntries(NETWORKS.map((network) => [network, required(world, { network })]));
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  const noteOf = (network: string) => join(world.project, `note-${network}`);
  for (const network of NETWORKS) await gateway.attempt(network, 'heed', { note: noteOf(network) });
  gateway.child.kill('SIGTERM');
  await gateway.exited;
  for (const network of NETWORKS) {
    assert.ok(existsSync(noteOf(network)), network);
    assert.equal(readFileSync(noteOf(network), 'utf8'), 'told to end');
  }
});

test('a daemon that forgot all it was given ends with the server that started it', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const gateway = await HostileGateway.start(t, world, { sandboxes: { none: required(world, { network: 'none' }) } });
  const { SALLYPORT_RUN: run } = await gateway.attempt('none', 'environment');
  const inside = sharingNamespace(marked(run));
  await gateway.attempt('none', 'daemonise', { seconds: '500' });
  await noneLeft(() => (inside().length >= 3 ? [] : inside()), AFTER_KILL_MS, 'nothing but the server');
  await gateway.attempt('none', 'end');
  await noneLeft(inside, AFTER_KILL_MS, 'the daemon');
});

/** A gateway with every stubborn backend in a sandbox, all of them running. */
async function crowd(
  t: TestContext,
  network: string,
): Promise<{ gateway: GatewayPeer; run: string; inside: () => number[] }> {
  const sandbox = { mode: 'required', network };
  const backends = Object.entries(STUBBORN).map(([name, flags]) => fixtureBackend(name, flags, { sandbox }));
  const gateway = new GatewayPeer(t, 'run', [], { config: `version: 1\nbackends:\n${backends.join('')}` });
  await gateway.initialize();
  const names = Object.keys(STUBBORN);
  const servers = await Promise.all(names.map((name) => whoami(gateway, `${name}__whoami`)));
  const run = runOf(servers[0]!);
  const inside = sharingNamespace(marked(run));
  const started = servers.length + servers.flatMap(({ children }) => children).length;
  assert.ok(inside().length >= started, `${inside().length} of ${started} processes were found`);
  assert.equal(guardians(run).length, 1);
  return { gateway, run, inside };
}
