import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Message } from '../../support/mcp/peer.ts';
import { logOf } from '../../support/program/diagnostic-log.ts';
import { HostileGateway, makeWorld, NO_SANDBOX, required } from '../../support/sandbox/hostile.ts';
import { tcpListener, webServer } from '../../support/sandbox/listeners.ts';

/**
 * Names whose addresses change between two lookups are not tried here, for nobody but a name server of ours could change
 * them: the tests of the proxy itself do that with a lookup of their own.
 */
const SKIP = { skip: NO_SANDBOX };

interface Scene {
  readonly gateway: HostileGateway;
  /** The one host and port on the list. */
  readonly listed: { readonly host: string; readonly port: number };
  readonly asked: string[];
  /** Another port of this machine that nobody listed. */
  readonly unlisted: { readonly port: number; visits(): Promise<number> };
  /** What was refused so far, as `host port code`. */
  refused(): string[];
}

async function scene(t: TestContext): Promise<Scene> {
  const world = makeWorld(t);
  const unlisted = await tcpListener(t, { host: '127.0.0.1' });
  const { port, asked } = await webServer(t, ({ url = '' }) => {
    const to = /^\/to\/(.*)$/.exec(url)?.[1];
    return to === undefined ? { status: 200 } : { status: 302, headers: { Location: decodeURIComponent(to) } };
  });
  const domains = { allow: [`localhost:${port}`, 'api.example.test'] };
  const gateway = await HostileGateway.start(t, world, {
    sandboxes: { web: required(world, { network: 'proxy', domains }) },
  });
  const refused = () =>
    gateway.records
      .filter(({ event, decision }) => event === 'egress' && decision === 'deny')
      .map(({ host, port: at, code }) => `${host} ${at} ${code}`);
  return { gateway, listed: { host: 'localhost', port }, asked, unlisted, refused };
}

test('the proxy leads to what is listed, in each of its languages', SKIP, async (t) => {
  const { gateway, listed, asked } = await scene(t);
  const found: Message = await gateway.attempt('web', 'ask', { places: [listed] });
  for (const [way, answer] of Object.entries(found)) assert.match(answer as string, /served/, way);
  assert.equal(asked.length, 3);
});

test('the proxy leads nowhere else, whatever it is called, and what it refuses is written down', SKIP, async (t) => {
  const { gateway, unlisted, refused } = await scene(t);
  const { port } = unlisted;
  const here = ['localhost', '127.0.0.1', '127.1', '2130706433', '0x7f000001', '0', '0.0.0.0', '127.0.0.2'].map(
    (host) => ({ host, port }),
  );
  const odd = [
    '::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    'localhost.',
    'LOCALHOST',
    'api.example.test@localhost',
  ].map((host) => ({ host, port }));
  const elsewhere = ['169.254.169.254', '10.0.0.1', '192.168.0.1', 'example.com', 'xapi.example.test'].map((host) => ({
    host,
    port: 80,
  }));
  const places = [...here, ...odd, ...elsewhere];
  const found: Message = await gateway.attempt('web', 'ask', { places });
  for (const [way, answer] of Object.entries(found)) assert.doesNotMatch(String(answer), /served|HTTP\/1.1 200/, way);
  assert.equal(await unlisted.visits(), 0);
  const written = refused();
  assert.ok(written.length >= places.length * 2, written.join('\n'));
  for (const host of ['localhost', '127.0.0.1', '169.254.169.254', '10.0.0.1', 'example.com', 'xapi.example.test'])
    assert.ok(
      written.some((line) => line.startsWith(`${host} `)),
      host,
    );
  await gateway.end();
  assert.match(logOf(gateway), /egress_refused .*169\.254\.169\.254/);
});

test('an answer of a listed host leads nobody to one that is not', SKIP, async (t) => {
  const { gateway, listed, unlisted, refused } = await scene(t);
  const targets = [`http://127.0.0.1:${unlisted.port}/`, 'http://169.254.169.254/latest/', 'http://10.0.0.1/'];
  const paths = targets.map((target) => `/to/${encodeURIComponent(target)}`);
  const found: Message = await gateway.attempt('web', 'follow', { from: listed, paths });
  assert.equal(Object.keys(found).length, targets.length);
  for (const answer of Object.values(found)) assert.match(answer as string, /^HTTP\/1.1 403/);
  assert.equal(await unlisted.visits(), 0);
  assert.equal(refused().length, targets.length);
});

test('the door to one host leads to that host, whatever is said at it', SKIP, async (t) => {
  const { gateway, listed, asked, unlisted } = await scene(t);
  const other = `127.0.0.1:${unlisted.port}`;
  const to = { host: '127.0.0.1', port: listed.port };
  const texts = [
    `GET / HTTP/1.1\r\nHost: ${other}\r\nConnection: close\r\n\r\n`,
    `GET http://${other}/ HTTP/1.1\r\nHost: ${other}\r\nConnection: close\r\n\r\n`,
    `CONNECT ${other} HTTP/1.1\r\nHost: ${other}\r\n\r\n`,
  ];
  for (const text of texts) await gateway.attempt('web', 'say', { to, text });
  assert.equal(await unlisted.visits(), 0);
  assert.ok(
    asked.some((line) => line.startsWith(other)),
    'what is said there is between the two',
  );
});

test('a second request in one connection is judged as the first one was', SKIP, async (t) => {
  const { gateway, listed, unlisted, refused } = await scene(t);
  const request = (there: string) => `GET http://${there}/ HTTP/1.1\r\nHost: ${there}\r\n\r\n`;
  const other = `127.0.0.1:${unlisted.port}`;
  const text = `${request(`localhost:${listed.port}`)}${request(other)}`;
  await gateway.attempt('web', 'sayToProxy', { text }).catch(() => {});
  const smuggled = `GET http://localhost:${listed.port}/ HTTP/1.1\r\nHost: ${other}\r\nConnection: close\r\n\r\n`;
  assert.match(await gateway.attempt('web', 'sayToProxy', { text: smuggled }), /^HTTP\/1.1 400/);
  assert.equal(await unlisted.visits(), 0);
  assert.ok(refused().some((line) => line.startsWith(`127.0.0.1 ${unlisted.port}`)));
});

test('without its proxy variables a backend reaches the listed hosts and no others', SKIP, async (t) => {
  const { gateway, listed, unlisted } = await scene(t);
  const places = [unlisted.port, 22, 443].map((port) => ({ host: '127.0.0.1', port }));
  const found: Message = await gateway.attempt('web', 'tcp', {
    places: [{ host: '127.0.0.1', port: listed.port }, { host: 'api.example.test', port: 444 }, ...places],
  });
  const [reached, ...others] = Object.values(found);
  assert.equal(reached, 'reached');
  assert.deepEqual(new Set(others), new Set(['ECONNREFUSED']));
  assert.equal(await unlisted.visits(), 0);
});
