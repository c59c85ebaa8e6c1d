import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { endWith } from '../../support/folder.ts';
import type { Message } from '../../support/mcp/peer.ts';
import {
  HostileGateway,
  makeWorld,
  NO_SANDBOX,
  required,
  usualSandboxes,
  type World,
} from '../../support/sandbox/hostile.ts';
import { type Listening, tcpListener, udpListener } from '../../support/sandbox/listeners.ts';

const OFF = { mode: 'off' };
const NO_PYTHON = NO_SANDBOX || (existsSync('/usr/bin/python3') ? false : 'python3 is not installed');
/** Where machines keep credentials, networks of others, neighbours, servers of names; nothing is sent where there is a way out. */
const ELSEWHERE = [
  { host: '169.254.169.254', port: 80 },
  { host: '10.0.0.1', port: 80 },
  { host: '192.168.1.1', port: 443 },
  { host: 'fe80::1', port: 80 },
  { host: 'fd00:ec2::254', port: 80 },
  { host: '8.8.8.8', port: 53 },
];
const WITHOUT_NETWORK = ['none', 'none-little', 'proxy', 'proxy-little'];

/** Addresses of this machine: both of loopback and the first of each other interface. */
function ownAddresses(): string[] {
  const others = Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).filter(({ internal, family }) => !internal && family === 'IPv4'),
  );
  const hasIpv6 =
    existsSync('/proc/net/if_inet6') &&
    Object.values(networkInterfaces())
      .flat()
      .some((one) => one?.address === '::1');
  return ['127.0.0.1', ...(hasIpv6 ? ['::1'] : []), ...others.map(({ address }) => address)];
}

interface Doors {
  readonly tcp: { host: string; listening: Listening }[];
  readonly udp: { host: string; listening: Listening }[];
}

async function openDoors(t: TestContext): Promise<Doors> {
  const doors: Doors = { tcp: [], udp: [] };
  for (const host of ownAddresses()) {
    doors.tcp.push({ host, listening: await tcpListener(t, { host }) });
    doors.udp.push({ host, listening: await udpListener(t, host) });
  }
  return doors;
}

const placesOf = (all: Doors['tcp']) => all.map(({ host, listening: { port } }) => ({ host, port }));
const visitsOf = (all: Doors['tcp']) => Promise.all(all.map(({ listening }) => listening.visits()));

test('without a network nobody on this machine and nobody elsewhere is reached', { skip: NO_SANDBOX }, async (t) => {
  const world = makeWorld(t);
  const { tcp, udp } = await openDoors(t);
  const gateway = await HostileGateway.start(t, world, { sandboxes: { ...usualSandboxes(world), off: OFF } });
  for (const backend of WITHOUT_NETWORK) {
    await t.test(backend, async () => {
      const connected: Message = await gateway.attempt(backend, 'tcp', { places: [...placesOf(tcp), ...ELSEWHERE] });
      assert.ok(!Object.values(connected).includes('reached'), JSON.stringify(connected));
      await gateway.attempt(backend, 'udp', { places: [...placesOf(udp), ...ELSEWHERE] });
      await gateway.attempt(backend, 'dns', { places: [...placesOf(udp), { host: '8.8.8.8', port: 53 }] });
      assert.deepEqual(
        await visitsOf(tcp),
        tcp.map(() => 0),
      );
      assert.deepEqual(
        await visitsOf(udp),
        udp.map(() => 0),
      );
    });
  }
  await t.test('all of this machine is reached where there is no sandbox', async () => {
    await gateway.attempt('off', 'tcp', { places: placesOf(tcp) });
    await gateway.attempt('off', 'dns', { places: placesOf(udp) });
    for (const visits of [...(await visitsOf(tcp)), ...(await visitsOf(udp))]) assert.ok(visits > 0);
  });
});

test('no kind of socket leads around the network that is there', { skip: NO_PYTHON }, async (t) => {
  const world = makeWorld(t);
  const sandboxes = usualSandboxes(world);
  const gateway = await HostileGateway.start(t, world, { sandboxes });
  for (const backend of Object.keys(sandboxes)) {
    const families = (await gateway.attempt(backend, 'families')).trim().split('\n');
    assert.equal(families.length, 10, families.join('\n'));
    assert.deepEqual(
      families.filter((line: string) => line.endsWith('=made')),
      [],
      backend,
    );
    assert.match(await gateway.attempt(backend, 'routes'), /^route=(1|13)\n$/, backend);
  }
});

/** Sockets of programs of this machine, in every place a backend might look at. */
async function unixDoors(t: TestContext, { project, home }: World): Promise<{ path: string; listening: Listening }[]> {
  const shared = [tmpdir(), '/var/tmp', '/run'].flatMap((place) => {
    try {
      const folder = mkdtempSync(join(place, 'sallyport-test-'));
      endWith(t, async () => rmSync(folder, { recursive: true, force: true }));
      return [folder];
    } catch {
      return [];
    }
  });
  const paths = [project, home, ...shared].map((folder) => join(folder, 'door'));
  return Promise.all(paths.map(async (path) => ({ path, listening: await tcpListener(t, { path }) })));
}

test('sockets of the file system and those without a file lead nowhere', { skip: NO_PYTHON }, async (t) => {
  const world = makeWorld(t);
  const doors = await unixDoors(t, world);
  const name = `sallyport-${world.nonce}`;
  const hidden = await tcpListener(t, { path: `\0${name}` });
  const sandboxes = usualSandboxes(world);
  const env = { XDG_RUNTIME_DIR: join(world.home, 'runtime'), DOCKER_HOST: 'unix:///var/run/docker.sock' };
  const gateway = await HostileGateway.start(t, world, { sandboxes: { ...sandboxes, off: OFF }, env });
  const paths = [...doors.map(({ path }) => path), '/var/run/docker.sock', '/run/dbus/system_bus_socket'];
  const visits = async () => [...(await visitsOf(doors.map((door) => ({ host: '', ...door })))), await hidden.visits()];
  for (const backend of Object.keys(sandboxes)) {
    await t.test(backend, async () => {
      const found: Message = await gateway.attempt(backend, 'unix', { paths });
      assert.ok(!Object.values(found).includes('reached'), JSON.stringify(found));
      assert.doesNotMatch(await gateway.attempt(backend, 'abstract', { name }), /reached/);
      const around = await gateway.attempt(backend, 'around', { path: doors[0]!.path });
      assert.doesNotMatch(around, /reached/);
      for (const kind of ['datagram', 'raw']) assert.match(around, new RegExp(`^${kind} pair=13$`, 'm'));
      assert.deepEqual(await visits(), [...doors.map(() => 0), 0]);
      const seen = await gateway.attempt(backend, 'environment');
      assert.equal(seen.XDG_RUNTIME_DIR, undefined);
      assert.equal(seen.DOCKER_HOST, undefined);
    });
  }
  await t.test('all of them are reached where there is no sandbox', async () => {
    const found: Message = await gateway.attempt('off', 'unix', { paths: doors.map(({ path }) => path) });
    assert.deepEqual(new Set(Object.values(found)), new Set(['reached']));
    assert.equal(await gateway.attempt('off', 'abstract', { name }), 'reached');
    // EPROTOTYPE: such a socket can be connected anew, though not to one of another kind.
    assert.match(await gateway.attempt('off', 'around', { path: doors[0]!.path }), /^datagram pair=91$/m);
  });
});

test('where sockets of the file system are allowed, only those of listed folders are there', {
  skip: NO_SANDBOX,
}, async (t) => {
  const world = makeWorld(t);
  const doors = await unixDoors(t, world);
  const name = `sallyport-${world.nonce}`;
  const hidden = await tcpListener(t, { path: `\0${name}` });
  const more = { network: 'none', unix_sockets: true, read: [join(world.project, 'inside.txt')] };
  const gateway = await HostileGateway.start(t, world, { sandboxes: { open: required(world, more) } });
  const found: Message = await gateway.attempt('open', 'unix', { paths: doors.map(({ path }) => path) });
  const [inProject, ...others] = Object.values(found);
  assert.equal(inProject, 'reached');
  assert.ok(others.length >= 3 && others.every((what) => what === 'ENOENT'), JSON.stringify(found));
  assert.match(await gateway.attempt('open', 'abstract', { name }), /connect:/);
  assert.equal(await hidden.visits(), 0);
});
