import assert from 'node:assert/strict';
import { Agent, type IncomingMessage, request } from 'node:http';
import { test } from 'node:test';
import { EgressScene, httpOrigin, rawOrigin } from '../../support/sandbox/egress.ts';

test('every request of a kept connection is judged anew, and what is refused ends it', async (t) => {
  const port = await httpOrigin(t, (request, response) => response.end(`(${request.url})`));
  const scene = await EgressScene.of(t);
  const peer = scene.connect();
  const ask = (host: string) => peer.send(`GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  ask(`a.test:${port}`);
  await peer.until('(/)');
  ask(`127.0.0.1:${port}`);
  await peer.until('(/)', 2);
  ask('x.bad.test');
  assert.match(await peer.rest(), /\(\/\).*\(\/\).*403 Forbidden.*SP5020/s);
  assert.deepEqual(
    scene.decided.map(({ host, decision }) => `${host} ${decision}`),
    ['a.test allow', '127.0.0.1 allow', 'x.bad.test deny'],
  );
  assert.equal((await scene.untilEnded(2)).length, 2);
});

test('a host that is no longer allowed is refused on a connection that is open', async (t) => {
  const port = await httpOrigin(t, (_, response) => response.end('(reached)'));
  let effect: 'allow' | 'deny' = 'allow';
  const rules = {
    destination: () => ({ effect: 'allow' }) as const,
    address: () => ({ effect, code: effect === 'deny' ? ('SP5021' as const) : undefined }),
  };
  const scene = await EgressScene.of(t, { rules });
  const peer = scene.connect();
  const ask = () => peer.send(`GET http://a.test:${port}/ HTTP/1.1\r\nHost: a.test:${port}\r\n\r\n`);
  ask();
  await peer.until('(reached)');
  effect = 'deny';
  ask();
  assert.match(await peer.rest(), /403 Forbidden.*SP5021/s);
  assert.deepEqual(
    scene.decided.map(({ decision }) => decision),
    ['allow', 'deny'],
  );
});

test('what speaks of one connection is not sent on, in either direction', async (t) => {
  let got: IncomingMessage | undefined;
  const port = await httpOrigin(t, (request, response) => {
    got = request;
    response.writeHead(200, [
      ...['Connection', 'X-Hop, close', 'X-Hop', '1', 'Proxy-Authenticate', 'Basic', 'Keep-Alive', 'timeout=9'],
      ...['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Kept', 'yes'],
    ]);
    response.end('body');
  });
  const scene = await EgressScene.of(t);
  const peer = scene.connect();
  peer.send(
    `GET http://A.test:${port}?q HTTP/1.1\r\nHost: a.test:${port}\r\nConnection: X-Secret, Host, close\r\nX-Secret: 1\r\n` +
      'Proxy-Authorization: Basic eDp5\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\nUpgrade: h2c\r\n' +
      'Keep-Alive: 5\r\nX-Kept: yes\r\nX-Kept: twice\r\n\r\n',
  );
  const text = await peer.rest();
  assert.equal(got?.url, '/?q');
  assert.deepEqual(got?.rawHeaders, [
    ...['Host', `a.test:${port}`, 'X-Kept', 'yes', 'X-Kept', 'twice', 'Connection', 'keep-alive'],
  ]);
  assert.match(text, /Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Kept: yes\r\n/);
  assert.doesNotMatch(text, /X-Hop|Proxy-Auth|timeout=9/i);
  assert.match(text, /body/);
});

test('bodies go both ways, with a length and in chunks', async (t) => {
  const port = await httpOrigin(t, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => response.end(Buffer.concat(chunks)));
  });
  const scene = await EgressScene.of(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const body = Buffer.alloc(3e6, 'ab');
  for (const headers of [{ 'Content-Length': String(body.length) }, { 'Transfer-Encoding': 'chunked' }]) {
    const came = await new Promise<Buffer>((resolve, reject) => {
      const asked = request(
        {
          agent,
          method: 'POST',
          port: scene.port,
          host: '127.0.0.1',
          path: `http://a.test:${port}/`,
          headers: { Host: `a.test:${port}`, Expect: '100-continue', ...headers },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve(Buffer.concat(chunks)));
        },
      );
      asked.once('error', reject);
      asked.once('continue', () => asked.end(body));
      asked.flushHeaders();
    });
    assert.ok(came.equals(body));
  }
  assert.equal(scene.decided.length, 1, 'both went over one connection');
});

test('what two programs would read as different requests is refused before anything is connected', async (t) => {
  const port = await httpOrigin(t, (_, response) => response.end());
  const scene = await EgressScene.of(t);
  const head = `POST http://a.test:${port}/ HTTP/1.1\r\n`;
  const host = `Host: a.test:${port}\r\n`;
  for (const [title, text] of [
    ['a length and chunks', `${head}${host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['chunks and a length', `${head}${host}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`],
    ['two lengths', `${head}${host}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`],
    ['two equal lengths', `${head}${host}Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd`],
    ['a list of lengths', `${head}${host}Content-Length: 4, 4\r\n\r\nabcd`],
    ['a length with a sign', `${head}${host}Content-Length: +4\r\n\r\nabcd`],
    ['an unknown coding', `${head}${host}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a coding under the chunks', `${head}${host}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['two codings', `${head}${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`],
    ['a space before the colon', `${head}${host}Content-Length : 4\r\n\r\nabcd`],
    ['a folded line', `${head}${host}X: a\r\n b\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n`],
    ['bare line feeds', `${head}${host}X: a\n\nGET http://bad.test/ HTTP/1.1\r\n\r\n`],
    ['a bare carriage return', `${head}${host}X: a\rTransfer-Encoding: chunked\r\n\r\n`],
    ['a zero byte', `${head}${host}X: a\0b\r\n\r\n`],
    ['no Host', `${head}\r\n`],
    ['two Hosts', `${head}${host}Host: bad.test\r\n\r\n`],
    ['another Host', `${head}Host: bad.test\r\n\r\n`],
    ['another port in Host', `${head}Host: a.test\r\n\r\n`],
    ['a line break in the target', `GET http://a.test:${port}/\r\nHost: bad.test HTTP/1.1\r\n\r\n`],
    ['another version', `GET http://a.test:${port}/ HTTP/2.0\r\n${host}\r\n`],
    ['an unknown method', `GETX http://a.test:${port}/ HTTP/1.1\r\n${host}\r\n`],
    ['many headers', `${head}${host}${'a: b\r\n'.repeat(300)}\r\n`],
    ['large headers', `${head}${host}A: ${'b'.repeat(40_000)}\r\n\r\n`],
    ['a target without an end', `GET http://a.test:${port}/${'a'.repeat(200_000)}`],
  ] as const) {
    const peer = scene.connect();
    peer.send(text);
    // What is wrong after its headers ends the connection, for which no words are left.
    assert.match(await peer.rest(), /^(?:HTTP\/1\.1 400 .*)?$/s, title);
  }
  assert.deepEqual([scene.ended, scene.lookedUp], [[], []]);
  assert.ok(scene.decided.every(({ decision }) => decision === 'deny'));
});

test('requests sent without waiting are answered in their order', async (t) => {
  const port = await httpOrigin(t, (request, response) => response.end(`(${request.url})`));
  const other = await httpOrigin(t, (request, response) => response.end(`[${request.url}]`));
  const scene = await EgressScene.of(t);
  const peer = scene.connect();
  const ask = (to: number, path: string) => `GET http://a.test:${to}/${path} HTTP/1.1\r\nHost: a.test:${to}\r\n\r\n`;
  peer.send(ask(port, '1') + ask(other, '2') + ask(port, '3') + ask(port, '4'));
  const text = await peer.until('(/4)');
  assert.match(text, /\(\/1\).*\[\/2\].*\(\/3\).*\(\/4\)/s);
  assert.equal(scene.decided.length, 3);
});

test('nothing is looked at after a refusal, and no tunnel opens while an answer is owed', async (t) => {
  const port = await httpOrigin(t, () => {});
  const scene = await EgressScene.of(t);
  const ask = (host: string) => `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const refused = scene.connect();
  refused.send(ask('bad.test') + ask(`a.test:${port}`));
  assert.match(await refused.rest(), /403/);
  const mixed = scene.connect();
  mixed.send(`${ask(`a.test:${port}`)}CONNECT a.test:${port} HTTP/1.1\r\n\r\n`);
  assert.equal(await mixed.rest(), '');
  assert.deepEqual(
    scene.decided.filter(({ via }) => via === 'connect'),
    [],
  );
  const many = scene.connect();
  many.send(ask(`a.test:${port}`).repeat(500));
  assert.equal(await many.rest(), '');
});

test('an answer that is cut short looks cut short', async (t) => {
  const port = await rawOrigin(t, (peer) => {
    peer.until('\r\n\r\n').then(
      () => peer.socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'),
      () => {},
    );
  });
  const scene = await EgressScene.of(t);
  const error = await new Promise((resolve) => {
    const path = `http://a.test:${port}/`;
    request({ port: scene.port, host: '127.0.0.1', path, headers: { Host: `a.test:${port}` } }, (response) => {
      response.resume();
      response.once('error', resolve);
      response.once('end', () => resolve('whole'));
    }).end();
  });
  assert.equal((error as NodeJS.ErrnoException).code, 'ECONNRESET');
});

test('answers that are not HTTP, or could be read in two ways, are a bad gateway', async (t) => {
  for (const text of [
    'garbage\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(40_000)}\r\n\r\n`,
    'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
    '',
  ]) {
    const port = await rawOrigin(t, (peer) => {
      peer.until('\r\n\r\n').then(
        () => peer.socket.end(text),
        () => {},
      );
    });
    const scene = await EgressScene.of(t);
    const peer = scene.connect();
    peer.send(`GET http://a.test:${port}/ HTTP/1.1\r\nHost: a.test:${port}\r\n\r\n`);
    assert.match(await peer.rest(), /^HTTP\/1\.1 502 /, text.slice(0, 80));
  }
});
