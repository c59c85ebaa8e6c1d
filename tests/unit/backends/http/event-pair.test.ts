import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { HttpScene, type SceneOptions } from '../../../support/http/http-scene.ts';
import { event, events, RawHttp } from '../../../support/http/raw-http.ts';

interface Pair {
  readonly far: RawHttp;
  readonly scene: HttpScene;
  /** The stream of the server, once it is asked for. */
  stream(): ServerResponse;
}

/** A server of 2024-11-05 that names `endpoint` and answers every request with its params. */
async function pair(t: TestContext, endpoint: string, options: SceneOptions = {}): Promise<Pair> {
  const far = new RawHttp(t);
  let stream: ServerResponse;
  far.onGet((received) => {
    stream = events(received);
    stream.write(`event: endpoint\ndata: ${endpoint}\n\n`);
  });
  far.on(
    ({ method, path }) => method === 'POST' && path === '/messages?id=1',
    ({ message, response }) => {
      response.writeHead(202).end('Accepted');
      if (message.id === undefined) return;
      const result = message.method === 'initialize' ? { protocolVersion: '2024-11-05' } : message.params;
      stream.write(event({ jsonrpc: '2.0', id: message.id, result }));
    },
  );
  far.on(
    ({ message }) => message?.params?.name === 'hang',
    ({ response }) => response.writeHead(202).end(),
  );
  far.on(
    ({ message }) => message?.params?.name === 'refused',
    ({ response }) => response.writeHead(500).end(),
  );
  const scene = new HttpScene(t, (await far.listen()).replace('/mcp', '/sse'), options);
  return { far, scene, stream: () => stream };
}

test('a server that takes no messages where it is configured is tried as one of 2024-11-05', async (t) => {
  for (const transport of ['auto', 'sse'] as const) {
    const { far, scene } = await pair(t, '/messages?id=1', { transport, headers: { 'X-Key': 'k' } });
    scene.server.demand();
    await scene.when(() => scene.channel !== undefined);
    await scene.open();
    scene.request(2, 'tools/list', { a: 1 });
    assert.deepEqual((await scene.about(2)).result, { a: 1 });
    const tried = transport === 'auto' ? ['POST /sse', 'GET /sse'] : ['GET /sse'];
    assert.deepEqual(
      far.received.map(({ method, path }) => `${method} ${path}`),
      [...tried, 'POST /messages?id=1', 'POST /messages?id=1', 'POST /messages?id=1'],
    );
    for (const { headers } of far.received) assert.equal(headers['x-key'], 'k');
    scene.modern(3, 'server/discover');
    assert.equal((await scene.about(3)).error.code, -32601, 'known without asking');
    assert.equal(far.received.length, tried.length + 3);
  }
});

test('when its stream ends, so does the server, and what it was asked is lost', async (t) => {
  const { far, scene, stream } = await pair(t, '/messages?id=1', { transport: 'sse' });
  scene.server.demand();
  await scene.when(() => scene.channel !== undefined);
  await scene.open();
  scene.request(2, 'tools/call', { name: 'refused' });
  assert.equal((await scene.about(2)).error.message, 'far answered with HTTP 500');
  scene.request(3, 'tools/call', { name: 'hang' });
  await far.got(({ message }) => message?.id === 3);
  scene.tell('notifications/cancelled', { requestId: 3 });
  await far.gotMessage('notifications/cancelled');
  stream().end();
  const outage = await scene.outage();
  assert.deepEqual([outage.code, outage.text], ['SP5002', 'far ended its event stream']);
  await scene.when(() => scene.lives === 2);
});

test('messages go nowhere but to the server that was configured, whatever its stream says', async (t) => {
  const elsewhere = new RawHttp(t);
  const { origin } = new URL(await elsewhere.listen());
  for (const endpoint of [`${origin}/messages`, '//127.0.0.1:1/x', 'https://127.0.0.1/', 'http://[', 'file:///x']) {
    const { far, scene } = await pair(t, endpoint, { transport: 'sse' });
    scene.server.demand();
    const outage = await scene.outage();
    assert.deepEqual([outage.code, scene.channel], ['SP5013', undefined], endpoint);
    assert.equal(far.received.length, 1);
  }
  assert.equal(elsewhere.received.length, 0);
});

test('a server that takes no `initialize` anywhere has refused it, and `streamable` asks for no stream', async (t) => {
  const refusals: [SceneOptions, string, number][] = [
    [{}, 'HTTP 405, and as a server of 2024-11-05 it answered with HTTP 405', 2],
    [{ transport: 'streamable' }, 'HTTP 405', 1],
  ];
  for (const [options, message, requests] of refusals) {
    const far = new RawHttp(t);
    const scene = new HttpScene(t, await far.listen(), options);
    scene.server.demand();
    scene.request(1, 'initialize', {});
    assert.deepEqual((await scene.about(1)).error, { code: -32601, message });
    assert.equal(far.received.length, requests);
  }
});

test('a server whose event stream is not there, refuses us or is in trouble is down', async (t) => {
  const cases: [SceneOptions['transport'], number, string, RegExp][] = [
    ['sse', 405, 'SP5014', /^far answered with HTTP 405$/],
    ['sse', 200, 'SP5014', /^far has no event stream where it is configured$/],
    ['sse', 401, 'SP5012', /^far does not accept our credentials/],
    ['auto', 403, 'SP5012', /^far does not accept our credentials/],
    ['auto', 503, 'SP5014', /^far answered with HTTP 503$/],
  ];
  for (const [transport = 'auto', status, code, text] of cases) {
    const far = new RawHttp(t);
    far.onGet(({ response }) => response.writeHead(status).end());
    const scene = new HttpScene(t, await far.listen(), { transport });
    scene.server.demand();
    if (transport === 'auto') scene.request(1, 'initialize', {});
    const outage = await scene.outage();
    assert.deepEqual([outage.code, outage.unreached], [code, true]);
    assert.match(outage.text, text);
  }
});

test('a stream that ends before it says where messages go is no server', async (t) => {
  const far = new RawHttp(t);
  far.onGet((received) => void events(received).end('event: message\ndata: {"jsonrpc":"2.0","method":"x"}\n\n'));
  const scene = new HttpScene(t, await far.listen(), { transport: 'sse' });
  scene.server.demand();
  assert.equal((await scene.outage()).text, 'far ended its event stream before it began');
  assert.equal(scene.messages.length, 1, 'what it said before is not taken in');
});
