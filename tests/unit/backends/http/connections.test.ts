import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Outage } from '../../../../lib/model/server.ts';
import { HttpScene, type SceneOptions } from '../../../support/http/http-scene.ts';
import { event, events, json, RawHttp } from '../../../support/http/raw-http.ts';

/** A server of raw bytes; resolves with its URL. */
async function bytes(t: TestContext, serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  }).listen(0, '127.0.0.1');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** The outage of a server that fails its handshake. */
async function outageOf(t: TestContext, url: string, options: SceneOptions = {}): Promise<Outage> {
  const scene = new HttpScene(t, url, options);
  scene.server.demand();
  scene.request(1, 'initialize', { protocolVersion: '2025-11-25' });
  const outage = await scene.outage();
  assert.equal(scene.server.state, 'idle');
  return outage;
}

test('a server that cannot be reached is down with a reason that names no address', async (t) => {
  const gone = await bytes(t, () => {});
  const port = Number(new URL(gone).port);
  const free = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => resolve(found));
    });
  });
  const silent = await bytes(t, () => {});
  const cases: [string, string, RegExp, SceneOptions?][] = [
    [`http://127.0.0.1:${free}/`, 'SP5011', /^far cannot be reached: the connection was refused$/],
    ['http://far.example/', 'SP5011', /: its host name is not known$/, { resolve: (_n, _o, then) => then(null, []) }],
    [`https://127.0.0.1:${port}/`, 'SP5011', /: no connection within 0.2 s$/, { connectTimeoutMs: 200 }],
    [await bytes(t, (socket) => socket.destroy()), 'SP50', /the connection was closed$|closed the connection before/],
    [
      await bytes(t, (socket) => socket.once('data', () => socket.end('hello\r\n\r\n'))),
      'SP50',
      /does not speak HTTP|before/,
    ],
    [
      await bytes(t, (socket) =>
        socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)),
      ),
      'SP50',
      /too many headers|closed the connection/,
    ],
  ];
  for (const [url, code, text, options] of cases) {
    const outage = await outageOf(t, url, { allowInsecure: true, allowPrivate: true, ...options });
    assert.match(outage.text, text);
    assert.ok(outage.code.startsWith(code), `${outage.code} ${outage.text}`);
    assert.doesNotMatch(outage.text, /127\.0\.0\.1|example/);
  }
  const scene = new HttpScene(t, silent, { connectTimeoutMs: 100 });
  scene.server.demand();
  scene.request(1, 'initialize', {});
  scene.server.fail({ code: 'SP5007', text: 'far was not ready within 1 s' });
  assert.equal((await scene.outage()).code, 'SP5007');
});

test('http to another host is refused where the config does not permit it, whatever made the config', async (t) => {
  const scene = new HttpScene(t, 'http://far.example/');
  assert.equal(scene.server.demand(), undefined);
  assert.equal((await scene.outage()).code, 'SP5013');
});

test('a call whose connection breaks is lost, alone, and says that it may have been done', async (t) => {
  const far = new RawHttp(t);
  far.legacy();
  far.onMessage('tools/call', ({ message, response }) => {
    const { name } = message.params;
    if (name === 'json') {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.write('{"jsonrpc":', () => response.destroy());
    } else response.destroy();
  });
  far.onMessage('tools/list', (received) => json(received, { tools: [] }));
  const scene = new HttpScene(t, await far.listen());
  await scene.open();
  scene.request(2, 'tools/call', { name: 'json' });
  assert.equal(
    (await scene.about(2)).error.message,
    'far broke off its answer before it was complete; what was asked may have been done',
  );
  scene.request(3, 'tools/call', { name: 'reset' });
  const { code, message } = (await scene.about(3)).error;
  assert.deepEqual(
    [code, message],
    [-31502, 'far closed the connection before it answered; what was asked may have been done'],
  );
  scene.request(4, 'tools/list');
  assert.deepEqual((await scene.about(4)).result, { tools: [] });
  assert.equal(
    far.received.filter(({ message: sent }) => sent?.method === 'tools/call').length,
    2,
    'none is sent twice',
  );
  assert.equal(scene.budget.used, 0);
  assert.equal(scene.messages.filter(({ kind }) => kind === 'malformed').length, 0, 'half an answer is none');
});

test('a server that fails again and again rests, and is tried again later', async (t) => {
  const far = new RawHttp(t);
  far.onMessage('initialize', ({ response }) => response.writeHead(503).end());
  const scene = new HttpScene(t, await far.listen(), { restart: { max: 1, windowMs: 60_000 } });
  for (const state of ['idle', 'resting'] as const) {
    const from = scene.lines.length;
    assert.equal(scene.server.demand(), undefined);
    await scene.when(() => scene.channel !== undefined);
    scene.request(1, 'initialize', {});
    assert.match((await scene.outage(from)).text, /HTTP 503/);
    assert.equal(scene.server.state, state);
  }
  const refused = scene.server.demand();
  assert.equal(refused?.code, 'SP5005');
  assert.ok(refused!.retryAfterMs! > 50_000);
});

test('connections are used again, one that only streams does not hold up the rest, and at the end none is left', async (t) => {
  const far = new RawHttp(t);
  far.legacy('s');
  far.onGet((received) => void events(received));
  far.onMessage('tools/list', (received) => json(received, { tools: [] }));
  far.onMessage('tools/call', (received) => {
    // The stream stays open although the answer was given: it is not waited for.
    events(received).write(event({ jsonrpc: '2.0', id: received.message.id, result: {} }));
  });
  const scene = new HttpScene(t, await far.listen());
  await scene.open();
  await far.got(({ method }) => method === 'GET');
  for (let id = 2; id < 22; id++) {
    scene.request(id, 'tools/list');
    await scene.about(id);
  }
  assert.equal(await far.connections(), 3, 'one for requests, one for the stream, one for what has no answer');
  scene.request(22, 'tools/call', { name: 'x' });
  await scene.about(22);
  await (await far.gotMessage('tools/call')).left;
  await scene.server.close(0, 500);
  await far.got(({ method }) => method === 'DELETE');
  while ((await far.connections()) > 0) await new Promise((resolve) => setImmediate(resolve));
});

test('a server is not read while nobody takes what it says', async (t) => {
  const PIECES = 64;
  const far = new RawHttp(t);
  far.legacy();
  let written = 0;
  far.onMessage('tools/call', (received) => {
    const stream = events(received);
    const more = () => {
      while (written < PIECES && ++written < PIECES) if (!stream.write(`: ${'x'.repeat(256 * 1024)}\n\n`)) return;
      stream.end(event({ jsonrpc: '2.0', id: 2, result: {} }));
    };
    stream.on('drain', more);
    more();
  });
  const scene = new HttpScene(t, await far.listen());
  await scene.open();
  scene.channel!.pause();
  scene.request(2, 'tools/call', { name: 'x' });
  await far.gotMessage('tools/call');
  for (let same = 0, before = -1; same < 100; before = written) {
    await new Promise((resolve) => setImmediate(resolve));
    same = before === written ? same + 1 : 0;
  }
  assert.ok(written < PIECES, `all ${written} pieces were taken`);
  scene.channel!.resume();
  await scene.about(2);
  assert.equal(written, PIECES);
});

test('a body nobody needs is not read for ever', async (t) => {
  const far = new RawHttp(t);
  far.legacy();
  far.onMessage('tools/call', ({ response }) => {
    response.writeHead(500);
    const more = () => {
      while (response.writable && response.write('x'.repeat(100_000)));
    };
    response.on('drain', more);
    more();
  });
  const scene = new HttpScene(t, await far.listen());
  await scene.open();
  scene.request(2, 'tools/call', { name: 'x' });
  assert.equal((await scene.about(2)).error.message, 'far answered with HTTP 500');
  await (await far.gotMessage('tools/call')).left;
});

test('lines that wait for a connection count as backlog, many small ones too, and leave it when they are called off', async (t) => {
  const url = await bytes(t, (socket) => socket.pause());
  const scene = new HttpScene(t, url.replace('http:', 'https:'), { allowPrivate: true });
  scene.server.demand();
  for (let id = 1; id <= 100; id++) scene.modern(id, 'tools/list');
  const { out } = scene.channel!;
  assert.ok(out.backlog > 100 * 4096);
  for (let id = 1; id <= 100; id++) scene.tell('notifications/cancelled', { requestId: id });
  assert.equal(out.backlog, 0);
});
