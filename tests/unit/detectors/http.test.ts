import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { BoundedDetector } from '../../../backends/detectors/bounded-detector.ts';
import { DetectorTally } from '../../../backends/detectors/detector-tally.ts';
import { HttpScorer } from '../../../backends/detectors/http-scorer.ts';
import type { Detector } from '../../../lib/model/detector.ts';
import { FakeClock } from '../../support/clock.ts';
import { type Answering, DetectorServer, json } from '../../support/detectors/detector-server.ts';
import { endWith } from '../../support/folder.ts';
import { LogProbe } from '../../support/watching/log-probe.ts';

interface Scene {
  readonly detector: Detector;
  readonly server: DetectorServer;
}

async function scene(t: TestContext, answering: Answering, timeoutMs = 10_000): Promise<Scene> {
  const server = await DetectorServer.start(t, answering);
  const scorer = new HttpScorer({ url: server.url, headers: { Authorization: 'Bearer key-of-the-guard' } });
  const clock = new FakeClock();
  const bounds = { name: 'guard', channels: [], onError: 'ignore', timeoutMs, atOnce: 16, clock } as const;
  const detector = new BoundedDetector(scorer, { ...bounds, tally: new DetectorTally('guard', new LogProbe(), clock) });
  endWith(t, async () => detector.close());
  return { detector, server };
}

test('a text is posted as JSON with its channel and the headers of the config', async (t) => {
  const { detector, server } = await scene(t, json({ score: 0.93 }));
  assert.equal(await detector.score('say "hello"\u2028 ❤', 'result'), 0.93);
  const [{ request, body } = assert.fail()] = server.posted;
  assert.deepEqual(JSON.parse(body), { text: 'say "hello"\u2028 ❤', channel: 'result' });
  assert.deepEqual([request.method, request.url], ['POST', '/judge']);
  assert.equal(request.headers['authorization'], 'Bearer key-of-the-guard');
  assert.equal(request.headers['content-type'], 'application/json');
  assert.equal(request.headers['content-length'], String(Buffer.byteLength(body)));
});

test('of a text that is too long parts are sent, what is suspicious among them', async (t) => {
  const { detector, server } = await scene(t, json({ score: 0 }));
  const text = `BEGIN ${'lorem ipsum '.repeat(100_000)} END`;
  await detector.score(text, 'result', ['ignore all previous instructions']);
  const [sent = ''] = server.texts;
  assert.equal(sent.length, 16_384);
  assert.match(sent, /^BEGIN .*\nignore all previous instructions\n.* END$/s);
});

test('connections are used again, and one the other side ends meanwhile is replaced without anybody noticing', async (t) => {
  const { detector, server } = await scene(t, json({ score: 0.1 }));
  for (let times = 0; times < 20; times++) await detector.score('text', 'args');
  assert.equal(server.connections, 1);
  server.answering = (response, posted) => {
    // The question meets the end of the connection it was sent on.
    if (server.connections === 1) posted.request.socket.resetAndDestroy();
    else json({ score: 0.2 })(response, posted);
  };
  assert.equal(await detector.score('text', 'args'), 0.2);
  assert.equal(server.connections, 2);
});

test('no more than sixteen questions are under way at once', async (t) => {
  let open = 0;
  let most = 0;
  const { detector } = await scene(t, (response, posted) => {
    most = Math.max(most, ++open);
    setImmediate(() => {
      open--;
      json({ score: 0 })(response, posted);
    });
  });
  await Promise.all(Array.from({ length: 80 }, () => detector.score('text', 'args')));
  assert.ok(most <= 16, String(most));
});

for (const [what, answering] of [
  ['does not answer', () => {}],
  ['begins an answer and does not end it', (response) => response.writeHead(200).write('{"score":')],
  [
    'sends a byte now and then',
    (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    },
  ],
] satisfies [string, Answering][]) {
  test(`a detector that ${what} keeps nobody waiting for longer than it may, and its connection is ended`, async (t) => {
    const { detector, server } = await scene(t, answering, 100);
    await assert.rejects(detector.score('text', 'args'), /took more than 100 ms/);
    while (server.sockets.size > 0) await new Promise(setImmediate);
  });
}

for (const [what, answering, why] of [
  ['fails', json({ error: 'no' }, 500), /answered HTTP 500/],
  ['does not know us', json({}, 401), /answered HTTP 401/],
  ['ends the connection', (response) => response.destroy(), /closed the connection|connection was closed/],
  [
    'ends it in the middle',
    (response) => {
      response.writeHead(200, { 'Content-Length': 100 }).write('{"score":');
      setImmediate(() => response.destroy());
    },
    /did not answer to the end/,
  ],
  ['answers with no JSON', (response) => response.end('<html>'), /no JSON/],
  ['answers with JSON of another form', json({ verdict: 'bad' }), /form that is not known/],
  ['lies about its score', json({ score: 7 }), /form that is not known/],
  ['answers with a number too large for one', (response) => response.end('{"score":1e999}'), /form/],
  ['answers without end', (response) => response.end('['.repeat(100_000)), /more than 64 KiB/],
  ['nests its answer', (response) => response.end('['.repeat(60_000)), /no JSON/],
  ['compresses its answer', (response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('x'), /no JSON/],
  ['has nothing to say', (response) => response.writeHead(204).end(), /no JSON/],
] satisfies [string, Answering, RegExp][]) {
  test(`a detector that ${what} has failed`, async (t) => {
    const { detector } = await scene(t, answering);
    await assert.rejects(detector.score('text', 'args'), why);
  });
}

test('a redirect is followed nowhere, with or without the text', async (t) => {
  const other = await DetectorServer.start(t, json({ score: 0 }));
  for (const status of [301, 302, 303, 307, 308]) {
    const { detector } = await scene(t, (response) => response.writeHead(status, { Location: other.url }).end());
    await assert.rejects(detector.score('text', 'args'), new RegExp(`redirects \\(HTTP ${status}\\)`));
  }
  assert.equal(other.posted.length, 0);
});

test('a detector that is not there is told as that', async (t) => {
  const { server } = await scene(t, json({}));
  const port = new URL(server.url).port;
  const scorer = new HttpScorer({ url: `http://127.0.0.1:${Number(port) === 1 ? 2 : 1}/`, headers: {} });
  const { signal } = new AbortController();
  await assert.rejects(scorer.score({ text: 'x', channel: 'args', suspicious: [], signal }), /cannot be reached/);
  scorer.close();
});
