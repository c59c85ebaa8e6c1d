import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { curl, EgressScene, httpOrigin, rawOrigin } from '../../support/sandbox/egress.ts';

const SAYS_PATH: RequestListener = (request, response) => response.end(`${request.method} ${request.url}`);

async function sceneWithOrigin(t: TestContext, host?: string) {
  return [await EgressScene.of(t), await httpOrigin(t, SAYS_PATH, host)] as const;
}

/** A request of SOCKS5 after its greeting. */
function socks(command: number, kind: number, host: readonly number[], port: number): Buffer {
  return Buffer.from([5, 1, 0, 5, command, 0, kind, ...host, port >> 8, port & 255]);
}

function named(host: string): number[] {
  return [host.length, ...Buffer.from(host, 'latin1')];
}

test('curl reaches a host by each protocol, and each connection is recorded', async (t) => {
  const [scene, port] = await sceneWithOrigin(t);
  const url = `http://a.test:${port}/path?q=1`;
  const proxy = `http://127.0.0.1:${scene.port}`;
  for (const [via, args] of [
    ['http', ['--proxy', proxy]],
    ['connect', ['--proxy', proxy, '--proxytunnel']],
    ['socks', ['--socks5-hostname', `127.0.0.1:${scene.port}`]],
  ] as const) {
    const ran = await curl(t, ...args, url);
    assert.deepEqual(ran, { status: 0, stdout: 'GET /path?q=1', stderr: '' }, via);
    const { host, port: to, address, decision, backend } = scene.decided.at(-1)!;
    assert.deepEqual(
      [scene.decided.at(-1)!.via, host, to, address, decision, backend].join(' '),
      `${via} a.test ${port} 127.0.0.1 allow web`,
    );
  }
  const ends = await scene.untilEnded(3);
  assert.deepEqual(
    ends.map(({ outcome }) => outcome),
    ['closed', 'closed', 'closed'],
  );
  for (const { up, down, ms, host } of ends) assert.ok(up > 40 && down > 40 && ms > 0 && host === 'a.test');
});

test('curl is told what was refused, by each protocol, and nobody is connected', async (t) => {
  const scene = await EgressScene.of(t);
  const proxy = `http://127.0.0.1:${scene.port}`;
  const plain = await curl(t, '--proxy', proxy, '--include', 'http://x.bad.test/secret?token=1');
  assert.match(plain.stdout, /^HTTP\/1\.1 403 Forbidden\r\n/);
  assert.match(
    plain.stdout,
    /\r\n\r\nSallyport made no connection to x\.bad\.test port 80: the host is not allowed \(SP5020\)\n$/,
  );
  assert.doesNotMatch(plain.stdout, /Proxy-Auth|token|\*/i);
  const tunnel = await curl(t, '--proxy', proxy, 'https://x.bad.test/');
  assert.match(tunnel.stderr, /403/);
  const sock = await curl(t, '--socks5-hostname', `127.0.0.1:${scene.port}`, 'http://x.bad.test/');
  assert.match(sock.stderr, /\(2\)/);
  const asked = await curl(t, '--proxy', proxy, 'http://ask.test/');
  assert.match(asked.stdout, /SP6003/);
  assert.deepEqual(
    scene.decided.map(({ via, decision, code }) => `${via} ${decision} ${code}`),
    ['http deny SP5020', 'connect deny SP5020', 'socks deny SP5020', 'http require_approval SP6003'],
  );
  assert.deepEqual([scene.lookedUp, scene.ended], [[], []]);
});

test('SOCKS5 takes names and addresses of both kinds', async (t) => {
  const [scene, port] = await sceneWithOrigin(t);
  const port6 = await httpOrigin(t, SAYS_PATH, '::1');
  for (const [kind, host, to] of [
    [1, [127, 0, 0, 1], port],
    [3, named('A.test.'), port],
    [3, named('127.0.0.1'), port],
    [3, named('::1'), port6],
    [4, [...Array(15).fill(0), 1], port6],
    [4, [...Array(10).fill(0), 255, 255, 127, 0, 0, 1], port],
  ] as const) {
    const peer = scene.connect();
    peer.send(socks(1, kind, host, to));
    await peer.untilBytes(12);
    assert.deepEqual([...peer.bytes], [5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0], `${host}`);
    peer.send('GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    assert.match(await peer.rest(), /GET \/x$/);
  }
  assert.deepEqual(
    scene.decided.map(({ host }) => host),
    ['127.0.0.1', 'a.test', '127.0.0.1', '::1', '::1', '127.0.0.1'],
  );
});

test('SOCKS5 may come in single bytes', async (t) => {
  const [scene, port] = await sceneWithOrigin(t);
  const peer = scene.connect();
  peer.socket.setNoDelay(true);
  for (const byte of socks(1, 3, named('a.test'), port)) {
    await new Promise((resolve) => peer.socket.write(Buffer.from([byte]), resolve));
    await new Promise(setImmediate);
  }
  await peer.untilBytes(12);
  assert.equal(peer.bytes[3], 0);
});

test('SOCKS5 refuses what it does not have with the reply for it', async (t) => {
  const scene = await EgressScene.of(t, { names: { 'here.test': ['127.0.0.1'] } });
  const closed = await rawOrigin(t, () => {});
  for (const [title, bytes, answer] of [
    ['a password is wanted', Buffer.from([5, 1, 2]), [5, 255]],
    ['BIND', socks(2, 1, [127, 0, 0, 1], closed), [5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0]],
    ['UDP', socks(3, 1, [127, 0, 0, 1], closed), [5, 0, 5, 7, 0, 1, 0, 0, 0, 0, 0, 0]],
    ['another kind of address', socks(1, 2, [127, 0, 0, 1], closed), [5, 0, 5, 8, 0, 1, 0, 0, 0, 0, 0, 0]],
    ['a host with a zero byte', socks(1, 3, named('a.test\0.bad.test'), 80), [5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0]],
    ['a host with a line break', socks(1, 3, named('a.test\r\nx'), 80), [5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0]],
    ['no host', socks(1, 3, [0], 80), [5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0]],
    ['a name that is not known', socks(1, 3, named('none.test'), 80), [5, 0, 5, 4, 0, 1, 0, 0, 0, 0, 0, 0]],
    ['a private address', socks(1, 1, [10, 0, 0, 1], 80), [5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0]],
    ['a port where nobody listens', socks(1, 3, named('here.test'), 1), [5, 0, 5, 5, 0, 1, 0, 0, 0, 0, 0, 0]],
  ] as const) {
    const peer = scene.connect();
    peer.send(bytes);
    await peer.ended;
    assert.deepEqual([...peer.bytes], answer, title);
  }
});

test('what is neither SOCKS5 nor HTTP is closed without a word', async (t) => {
  const scene = await EgressScene.of(t);
  for (const bytes of [
    Buffer.from([4, 1, 0, 80, 127, 0, 0, 1, 0]),
    Buffer.from([22, 3, 1, 0, 200, 1]),
    Buffer.from('get / HTTP/1.1\r\n\r\n'),
    Buffer.from('\r\n\r\n'),
    Buffer.from([0]),
  ]) {
    const peer = scene.connect();
    peer.send(bytes);
    await peer.ended;
    assert.equal(peer.text, '');
  }
  assert.deepEqual(scene.decided, []);
});

test('a listener that stands for one host and port carries bytes both ways', async (t) => {
  const scene = await EgressScene.of(t);
  const port = await rawOrigin(t, (peer) => {
    peer.send('hello first\n');
    peer.socket.pipe(peer.socket);
  });
  const listener = await scene.listener({ host: 'A.TEST', port });
  const peer = scene.connect(listener);
  await peer.until('hello first\n');
  peer.send(Buffer.from([5, 0, 255]));
  peer.socket.end();
  assert.equal(await peer.rest(), 'hello first\n\x05\x00\xff');
  const [{ up, down, outcome } = assert.fail()] = await scene.untilEnded(1);
  assert.deepEqual([up, down, outcome], [3, 15, 'closed']);
  assert.equal(scene.decided[0]!.via, 'forward');
});

test('a listener whose host is denied resets what connects to it', async (t) => {
  const scene = await EgressScene.of(t);
  const peer = scene.connect(await scene.listener({ host: 'bad.test', port: 443 }));
  await peer.closed;
  assert.equal(scene.decided[0]!.code, 'SP5020');
  assert.throws(() => scene.proxy.accept(undefined as never, { host: 'no host', port: 1 }), /no host:1/);
});
