import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RulesInForce } from '../../../backends/egress/rules-in-force.ts';
import type { Resolve } from '../../../backends/http/addresses.ts';
import type { EgressRules } from '../../../lib/model/egress.ts';
import { curl, EgressScene, httpOrigin, type Peer, rawOrigin, stalledTunnel } from '../../support/sandbox/egress.ts';

/** A server that sends back what comes. */
function echo(t: Parameters<typeof rawOrigin>[0]): Promise<number> {
  return rawOrigin(t, ({ socket }) => socket.pipe(socket));
}

test('bytes sent in one breath with CONNECT arrive, and arrive first', async (t) => {
  const scene = await EgressScene.of(t);
  const port = await echo(t);
  const peer = scene.connect();
  peer.send(`CONNECT a.test:${port} HTTP/1.1\r\nHost: a.test:${port}\r\n\r\nearly `);
  await peer.until('early ');
  peer.send('late');
  assert.equal(await peer.until('late'), 'HTTP/1.1 200 Connection established\r\n\r\nearly late');
});

test('bytes sent in one breath with SOCKS arrive', async (t) => {
  const scene = await EgressScene.of(t);
  const port = await echo(t);
  const peer = scene.connect();
  const name = Buffer.from('a.test');
  peer.send(Buffer.concat([Buffer.from([5, 1, 0, 5, 1, 0, 3, 6]), name, Buffer.from([port >> 8, port & 255])]));
  peer.send('early');
  await peer.until('early');
});

test('either side may end its half alone', async (t) => {
  const scene = await EgressScene.of(t);
  const port = await rawOrigin(t, (peer) => {
    peer.rest().then((text) => peer.socket.end(`got ${text.length}`));
  });
  const peer = await scene.tunnel(port);
  peer.socket.end(Buffer.alloc(1e6));
  assert.match(await peer.rest(), /got 1000000$/);
  const [{ up, down, outcome } = assert.fail()] = await scene.untilEnded(1);
  assert.deepEqual([up, down, outcome], [1e6, 11, 'closed']);

  const other = await rawOrigin(t, ({ socket }) => socket.end('bye'));
  const half = await scene.tunnel(other);
  await half.rest();
  half.socket.end('still heard');
  await half.closed;
  assert.equal((await scene.untilEnded(2))[1]!.up, 11);
});

test('a connection that breaks breaks the other one, in both directions', async (t) => {
  const scene = await EgressScene.of(t);
  let there: Peer | undefined;
  const port = await rawOrigin(t, (peer) => {
    there = peer;
    peer.send('up');
  });
  const first = await scene.tunnel(port);
  await first.until('up');
  const broken = new Promise((resolve) => first.socket.once('error', resolve));
  there!.socket.resetAndDestroy();
  assert.equal(((await broken) as NodeJS.ErrnoException).code, 'ECONNRESET');
  assert.equal((await scene.untilEnded(1))[0]!.outcome, 'failed');

  const second = await scene.tunnel(port);
  await second.until('up');
  const gone = there!.closed;
  second.socket.resetAndDestroy();
  await gone;
  assert.equal((await scene.untilEnded(2)).length, 2);
});

test('who does not read is not read from', async (t) => {
  const scene = await EgressScene.of(t);
  const before = process.memoryUsage().rss;
  const sent = await stalledTunnel(t, scene);
  assert.ok(sent < 128 << 20, `${sent} bytes were taken`);
  assert.ok(process.memoryUsage().rss - before < 128 << 20);
});

test('two hundred connections at once are all served and all recorded', async (t) => {
  const scene = await EgressScene.of(t);
  const port = await httpOrigin(t, (request, response) => response.end(`(${request.url})`));
  const answers = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      if (index % 2 === 0) {
        const peer = await scene.tunnel(port);
        peer.send(`GET /${index} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
        const text = await peer.rest();
        peer.socket.end();
        return text;
      }
      const peer = scene.connect();
      const to = `a.test:${port}`;
      peer.send(`GET http://${to}/${index} HTTP/1.1\r\nHost: ${to}\r\nConnection: close\r\n\r\n`);
      return peer.rest();
    }),
  );
  for (const [index, text] of answers.entries()) assert.ok(text.includes(`(/${index})`), text);
  const ends = await scene.untilEnded(200);
  assert.deepEqual([scene.decided.length, ends.length], [200, 200]);
});

test('TLS goes through as it is', async (t) => {
  const scene = await EgressScene.of(t);
  let hello: Buffer | undefined;
  const port = await rawOrigin(t, (peer) => {
    peer.untilBytes(3).then(
      (bytes) => {
        hello = bytes;
        peer.socket.destroy();
      },
      () => {},
    );
  });
  await curl(t, '--proxy', `http://127.0.0.1:${scene.port}`, `https://a.test:${port}/`);
  assert.deepEqual([...hello!.subarray(0, 2)], [22, 3]);
});

test('a tunnel the new rules refuse is ended and written down, and one they allow stays', async (t) => {
  const all: EgressRules = { destination: () => ({ effect: 'allow' }), address: () => ({ effect: 'allow' }) };
  const rules = new RulesInForce(all);
  const scene = await EgressScene.of(t, { rules, names: { 'b.test': ['127.0.0.1'] } });
  const port = await echo(t);
  const [kept, refused] = [await scene.tunnel(port, 'a.test'), await scene.tunnel(port, 'b.test')];
  const text = 'not any more';
  rules.replace({
    ...all,
    destination: (host) => (host === 'a.test' ? { effect: 'allow' } : { effect: 'deny', code: 'SP5020', text }),
  });
  await refused.closed;
  assert.equal((await scene.untilEnded(1))[0]?.host, 'b.test');
  assert.deepEqual(
    scene.decided.map(({ host, decision, why }) => [host, decision, why]),
    [
      ['a.test', 'allow', undefined],
      ['b.test', 'allow', undefined],
      ['b.test', 'deny', text],
    ],
  );
  kept.send('still');
  await kept.until('still');
});

test('rules that change while a name is looked up hold for what it leads to', async (t) => {
  const all: EgressRules = { destination: () => ({ effect: 'allow' }), address: () => ({ effect: 'allow' }) };
  const rules = new RulesInForce(all);
  const found = (then: Parameters<Resolve>[2]) => () => then(null, [{ address: '127.0.0.1', family: 4 }]);
  const scene = await EgressScene.of(t, {
    rules,
    options: {
      resolve: (_name, _options, then) => {
        rules.replace({ ...all, destination: () => ({ effect: 'deny', code: 'SP5020', text: 'too late' }) });
        setImmediate(found(then));
      },
    },
  });
  const peer = scene.connect();
  const port = await echo(t);
  peer.send(`CONNECT a.test:${port} HTTP/1.1\r\nHost: a.test:${port}\r\n\r\n`);
  assert.match(await peer.rest(), /^HTTP\/1\.1 403/);
});
