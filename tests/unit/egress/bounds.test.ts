import assert from 'node:assert/strict';
import { connect, type Server } from 'node:net';
import { test } from 'node:test';
import { curl, EgressScene, httpOrigin, listening, rawOrigin, stalledTunnel } from '../../support/sandbox/egress.ts';

test('when the allowance is used up everything open ends, and what comes later is refused', async (t) => {
  const scene = await EgressScene.of(t, { options: { maxBytes: 1_000_000 } });
  const port = await rawOrigin(t, ({ socket }) => socket.write(Buffer.alloc(600_000)));
  const page = await httpOrigin(t, (_, response) => response.end('page'));
  const first = await scene.tunnel(port);
  await first.untilBytes(600_000);
  const second = await scene.tunnel(port);
  await Promise.all([first.ended, second.ended]);
  const ends = await scene.untilEnded(2);
  assert.deepEqual(
    ends.map(({ outcome }) => outcome),
    ['capped', 'capped'],
  );
  const carried = ends.reduce((sum, { up, down }) => sum + up + down, 0);
  assert.ok(carried >= 1_000_000 && carried < 1_200_000, `${carried}`);
  const { stdout } = await curl(t, '--proxy', `http://127.0.0.1:${scene.port}`, `http://a.test:${page}/`);
  assert.match(stdout, /are used up \(SP5022\)/);
  const { decision, code } = scene.decided.at(-1)!;
  assert.deepEqual([decision, code], ['deny', 'SP5022']);
});

test('who does not read is ended as well when the allowance is used up', async (t) => {
  const scene = await EgressScene.of(t, { options: { maxBytes: 160 << 20 } });
  await stalledTunnel(t, scene);
  const port = await rawOrigin(t, ({ socket }) => socket.write(Buffer.alloc(160 << 20)));
  await scene.tunnel(port);
  const ends = await scene.untilEnded(2);
  assert.ok(ends.every(({ outcome }) => outcome === 'capped'));
  while ((await scene.connections()) > 0) await new Promise(setImmediate);
});

test('bytes sent count like bytes received, in tunnels and in requests', async (t) => {
  const sink = await rawOrigin(t, ({ socket }) => socket.resume());
  const tunnelled = await EgressScene.of(t, { options: { maxBytes: 100_000 } });
  const peer = await tunnelled.tunnel(sink);
  peer.send(Buffer.alloc(1_000_000));
  await peer.closed;
  const [{ outcome, up } = assert.fail()] = await tunnelled.untilEnded(1);
  assert.ok(outcome === 'capped' && up < 200_000, `${outcome} ${up}`);

  const posted = await EgressScene.of(t, { options: { maxBytes: 100_000 } });
  const asked = posted.connect();
  asked.send(`POST http://a.test:${sink}/ HTTP/1.1\r\nHost: a.test:${sink}\r\nContent-Length: 1000000\r\n\r\n`);
  asked.send(Buffer.alloc(1_000_000));
  await asked.ended;
  const [end = assert.fail()] = await posted.untilEnded(1);
  assert.ok(end.outcome === 'capped' && end.up < 200_000, `${end.outcome} ${end.up}`);
});

test('requests on a kept connection use the allowance up as well', async (t) => {
  const port = await httpOrigin(t, (_, response) => response.end('x'.repeat(1000)));
  const scene = await EgressScene.of(t, { options: { maxBytes: 4000 } });
  const peer = scene.connect();
  for (let i = 1; i <= 4; i++) {
    peer.send(`GET http://a.test:${port}/ HTTP/1.1\r\nHost: a.test:${port}\r\n\r\n`);
    if (i < 4) await peer.until('HTTP/1.1 200', i);
  }
  assert.equal((await scene.untilEnded(1))[0]!.outcome, 'capped');
});

test('nothing is connected that cannot be written down', async (t) => {
  let reached = 0;
  const port = await rawOrigin(t, () => reached++);
  const scene = await EgressScene.of(t);
  scene.broken = true;
  const { stdout } = await curl(t, '--include', '--proxy', `http://127.0.0.1:${scene.port}`, `http://a.test:${port}/`);
  assert.match(stdout, /^HTTP\/1\.1 503 .*could not be written down \(SP7001\)/s);
  const { stderr } = await curl(t, '--socks5-hostname', `127.0.0.1:${scene.port}`, `http://a.test:${port}/`);
  assert.match(stderr, /\(1\)/);
  const forwarded = scene.connect(await scene.listener({ host: 'a.test', port }));
  await forwarded.closed;
  assert.deepEqual([reached, scene.ended], [0, []]);
});

test('a log that throws is one that cannot be written', async (t) => {
  let reached = 0;
  const port = await rawOrigin(t, () => reached++);
  const fault = () => {
    throw new Error('disk');
  };
  const refusing = await EgressScene.of(t, { options: { log: { decided: fault, ended: fault } } });
  const peer = refusing.connect();
  peer.send(`CONNECT a.test:${port} HTTP/1.1\r\n\r\n`);
  assert.match(await peer.rest(), /^HTTP\/1\.1 503 /);
  assert.equal(reached, 0);
  const ending = await EgressScene.of(t, { options: { log: { decided: () => true, ended: fault } } });
  const tunnel = await ending.tunnel(port);
  tunnel.socket.destroy();
  await ending.proxy.close();
});

test('close ends listeners, tunnels, requests and attempts, and records each', async (t) => {
  const quiet = await rawOrigin(t, () => {});
  let lookedUp = () => {};
  const waiting = new Promise<void>((resolve) => {
    lookedUp = resolve;
  });
  const scene = await EgressScene.of(t, {
    options: { resolve: (name, _, then) => (name === 'slow.test' ? lookedUp() : then(null, [LOOPBACK])) },
  });
  const tunnel = await scene.tunnel(quiet);
  const forward = scene.connect(await scene.listener({ host: 'a.test', port: quiet }));
  const asked = scene.connect();
  asked.send(`GET http://a.test:${quiet}/ HTTP/1.1\r\nHost: a.test:${quiet}\r\n\r\n`);
  const silent = scene.connect();
  const slow = scene.connect();
  slow.send('CONNECT slow.test:1 HTTP/1.1\r\n\r\n');
  await waiting;
  while (scene.decided.length < 3) await new Promise(setImmediate);
  await scene.proxy.close();
  assert.deepEqual(
    scene.ended.map(({ outcome }) => outcome),
    ['ended', 'ended', 'ended', 'ended'],
  );
  await Promise.all([tunnel, forward, asked, silent, slow].map(({ ended }) => ended));
  const late = scene.connect();
  const refused = new Promise((resolve) => late.socket.once('error', resolve));
  assert.equal(((await refused) as NodeJS.ErrnoException).code, 'ECONNREFUSED');
});

const LOOPBACK = { address: '127.0.0.1', family: 4 };

test('a connection over the limit is closed, and its place is free again when one ends', async (t) => {
  const port = await rawOrigin(t, ({ socket }) => socket.pipe(socket));
  const scene = await EgressScene.of(t, { options: { maxConnections: 2 } });
  const [first] = [await scene.tunnel(port), await scene.tunnel(port)];
  const third = scene.connect();
  assert.equal(await third.rest(), '');
  first.socket.end();
  await first.closed;
  await scene.untilEnded(1);
  await scene.tunnel(port);
});

test('who does not say what it wants in time is closed, before the first byte and after', async (t) => {
  const port = await httpOrigin(t, (_, response) => response.end('(page)'));
  const scene = await EgressScene.of(t, { options: { askWithinMs: 50 } });
  for (const bytes of [
    '',
    '\x05',
    '\x05\x01\x00\x05\x01',
    'GET http://a.test/ HTT',
    'CONNECT a.test:1 HTTP/1.1\r\nA: ',
  ]) {
    const peer = scene.connect();
    peer.send(bytes);
    await peer.ended;
  }
  assert.deepEqual(scene.decided, []);
  const kept = scene.connect();
  kept.send(`GET http://a.test:${port}/ HTTP/1.1\r\nHost: a.test:${port}\r\n\r\n`);
  await kept.until('(page)');
  kept.send('GET http');
  assert.match(await kept.rest(), /\(page\)$/);
  const tunnel = await scene.tunnel(port);
  await new Promise((resolve) => setTimeout(resolve, 150));
  tunnel.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await tunnel.until('(page)');
});

test('a host that does not answer is given up in time, and recorded', async (t) => {
  const scene = await EgressScene.of(t, {
    names: { 'none.test': [] },
    options: { connectTimeoutMs: 100, resolve: (name, _, then) => name === 'none.test' && then(null, []) },
  });
  for (const [host, words] of [
    ['none.test', 'leads nowhere'],
    ['never.test', 'could not be looked up in time'],
  ] as const) {
    const { stdout } = await curl(t, '--include', '--proxy', `http://127.0.0.1:${scene.port}`, `http://${host}/`);
    assert.match(stdout, new RegExp(`^HTTP/1\\.1 502 .*${words}`, 's'));
    const { decision, address } = scene.decided.at(-1)!;
    assert.deepEqual([decision, address, scene.ended.at(-1)!.outcome], ['allow', undefined, 'failed']);
  }
});

test('the next address is tried when one does not answer', async (t) => {
  const port = await httpOrigin(t, (_, response) => response.end('page'));
  const scene = await EgressScene.of(t, { names: { 'two.test': ['::1', '127.0.0.1'] } });
  const { stdout } = await curl(t, '--proxy', `http://127.0.0.1:${scene.port}`, `http://two.test:${port}/`);
  assert.equal(stdout, 'page');
});

test('a server that breaks ends alone', async (t) => {
  const scene = await EgressScene.of(t);
  const server = await serverOf(scene);
  server.emit('error', new Error('EMFILE'));
  const peer = connect(scene.port, '127.0.0.1');
  await new Promise((resolve) => peer.once('connect', resolve));
  peer.destroy();

  async function serverOf(one: EgressScene): Promise<Server> {
    const { createServer } = await import('node:net');
    const made = createServer();
    await listening(t, made);
    one.proxy.accept(made);
    return made;
  }
});
