import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpScene } from '../../../support/http/http-scene.ts';
import { event, events, json, RawHttp } from '../../../support/http/raw-http.ts';

test('a session id and the agreed revision go with every later message, and the session is ended at the end', async (t) => {
  const far = new RawHttp(t);
  far.legacy('session-1');
  far.onMessage('tools/list', (received) => {
    received.response.setHeader('Set-Cookie', 'a=b');
    json(received, { tools: [] });
  });
  const scene = new HttpScene(t, await far.listen(), { headers: { Authorization: 'Bearer secret' } });
  await scene.open();
  scene.request(2, 'tools/list');
  assert.deepEqual((await scene.about(2)).result, { tools: [] });
  const [initialize, initialized, ...rest] = far.received;
  assert.equal(initialize!.headers['mcp-session-id'], undefined);
  assert.equal(initialize!.headers['mcp-protocol-version'], undefined);
  assert.equal(initialized!.message.method, 'notifications/initialized');
  for (const { headers } of [initialized!, ...rest]) {
    assert.equal(headers['mcp-session-id'], 'session-1');
    assert.equal(headers['mcp-protocol-version'], '2025-11-25');
  }
  for (const { headers } of far.received) {
    assert.equal(headers.accept, 'application/json, text/event-stream');
    assert.equal(headers.authorization, 'Bearer secret');
    assert.equal(headers.cookie, undefined);
    assert.equal(headers['accept-encoding'], undefined);
    assert.equal(headers['mcp-method'], undefined);
  }
  await far.got(({ method }) => method === 'GET');
  await scene.server.close(0, 1000);
  assert.equal(far.received.at(-1)!.headers.cookie, undefined);
  assert.equal((await far.got(({ method }) => method === 'DELETE')).headers['mcp-session-id'], 'session-1');
  assert.equal(scene.server.state, 'stopped');
  assert.equal(scene.budget.used, 0);
});

test('what a server says on the stream it is asked for, and on that of a request, is taken in with its origin', async (t) => {
  const far = new RawHttp(t);
  far.legacy('s');
  far.onGet(
    (received) => void events(received).write(event({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' })),
  );
  far.onMessage('tools/call', (received) => {
    const stream = events(received);
    stream.write(
      event({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 2, progress: 1 } }),
    );
    stream.end(event({ jsonrpc: '2.0', id: received.message.id, result: { content: [] } }));
  });
  const scene = new HttpScene(t, await far.listen());
  await scene.open();
  const changed = await scene.until(({ method }) => method === 'notifications/tools/list_changed');
  assert.equal(changed.about, undefined);
  scene.request(2, 'tools/call', { name: 'x' });
  const progress = await scene.until(({ method }) => method === 'notifications/progress');
  assert.equal(progress.about, 2);
  assert.deepEqual([(await scene.about(2)).about, (await scene.about(2)).result], [2, { content: [] }]);
});

test('a stream that breaks off is taken up where it was, as often as its server likes', async (t) => {
  const far = new RawHttp(t);
  far.legacy('s');
  const say = (n: number) => ({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: 2, progress: n },
  });
  far.onMessage('tools/call', (received) => {
    const stream = events(received);
    stream.write('id: a-0\nretry: 60\ndata:\n\n');
    stream.write(event(say(1), 'a-1'), () => stream.destroy());
  });
  far.onGet((received) => {
    const last = received.headers['last-event-id'];
    if (last === undefined) return void received.response.writeHead(405).end();
    const stream = events(received);
    if (last === 'a-1') stream.end(event(say(2), 'a-2'));
    else stream.end(event({ jsonrpc: '2.0', id: 2, result: { content: ['late'] } }, 'a-3'));
  });
  const scene = new HttpScene(t, await far.listen());
  await scene.open();
  scene.request(2, 'tools/call', { name: 'x' });
  const answer = await scene.about(2);
  assert.deepEqual([answer.result, answer.about], [{ content: ['late'] }, 2]);
  const resumed = far.received.filter(({ headers }) => headers['last-event-id'] !== undefined);
  assert.deepEqual(
    resumed.map(({ method, headers }) => [method, headers['last-event-id'], headers['mcp-session-id']]),
    [
      ['GET', 'a-1', 's'],
      ['GET', 'a-2', 's'],
    ],
  );
  assert.deepEqual(
    scene.messages.filter(({ method }) => method === 'notifications/progress').map(({ about }) => about),
    [2, 2],
  );
  assert.equal(far.received.filter(({ message }) => message?.method === 'tools/call').length, 1, 'never sent again');
});

test('a call is lost once its stream cannot be taken up: no id, no such stream, no server', async (t) => {
  const far = new RawHttp(t);
  far.legacy();
  far.onMessage('tools/call', (received) => {
    const stream = events(received);
    const { name } = received.message.params;
    stream.write(name === 'plain' ? ': hello\n\n' : `id: ${name}\nretry: 50\ndata:\n\n`, () => stream.destroy());
  });
  far.onGet(({ headers, response }) => {
    if (headers['last-event-id'] === 'away') response.writeHead(502).end();
    else response.writeHead(405).end();
  });
  const scene = new HttpScene(t, await far.listen());
  await scene.open();
  const said = { plain: 'far broke off its answer before it was complete; what was asked may have been done' };
  for (const [id, name] of [
    [2, 'plain'],
    [3, 'gone'],
    [4, 'away'],
  ] as const) {
    scene.request(id, 'tools/call', { name });
    const { error } = await scene.about(id);
    assert.equal(error.code, -31502, name);
    if (name === 'plain') assert.equal(error.message, said[name]);
  }
  const tried = (last: string) => far.received.filter(({ headers }) => headers['last-event-id'] === last).length;
  assert.deepEqual([tried('gone'), tried('away')], [1, 4]);
  assert.equal(scene.server.state, 'ready');
});

test('a session the server has ended is opened anew, and its calls are lost, not made again', async (t) => {
  const far = new RawHttp(t);
  far.legacy('old');
  far.onMessage('tools/call', (received) => {
    if (received.message.params.name === 'hang') return;
    received.response.writeHead(404, { 'Content-Type': 'application/json' });
    received.response.end('{"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"Session not found"}}');
  });
  const scene = new HttpScene(t, await far.listen());
  await scene.open();
  scene.request(2, 'tools/call', { name: 'hang' });
  await far.gotMessage('tools/call');
  scene.request(3, 'tools/call', { name: 'late' });
  const outage = await scene.outage();
  assert.deepEqual([outage.code, outage.text], ['SP5015', 'far has ended the session; it is opened anew']);
  far.legacy('new');
  await scene.when(() => scene.lives === 2);
  await scene.open(11);
  assert.equal(far.received.filter(({ message }) => message?.method === 'initialize').length, 2);
  assert.equal((await far.gotMessage('initialize')).headers['mcp-session-id'], undefined);
  const [first, second] = ['old', 'new'].map((id) =>
    far.got(
      ({ headers, message }) => message?.method === 'notifications/initialized' && headers['mcp-session-id'] === id,
    ),
  );
  assert.notEqual(await first, await second);
  assert.equal(far.received.filter(({ message }) => message?.method === 'tools/call').length, 2);
  assert.equal(far.received.filter(({ method }) => method === 'DELETE').length, 0, 'there is nothing to end');
});

test('a session has ended whoever is told so: a notification, or a stream that is to be taken up', async (t) => {
  for (const what of ['notifications/roots/list_changed', 'tools/call'] as const) {
    const far = new RawHttp(t);
    far.legacy('s');
    far.onMessage('notifications/roots/list_changed', ({ response }) => response.writeHead(404).end());
    far.onMessage('tools/call', (received) => void events(received).end('id: 1\nretry: 50\ndata:\n\n'));
    far.on(
      ({ headers }) => headers['last-event-id'] === '1',
      ({ response }) => response.writeHead(404).end(),
    );
    const scene = new HttpScene(t, await far.listen());
    await scene.open();
    if (what === 'tools/call') scene.request(2, what, { name: 'x' });
    else scene.tell(what);
    assert.equal((await scene.outage()).code, 'SP5015', what);
  }
});

test('a question of a server that cannot be read answers nothing, whatever its id', async (t) => {
  const far = new RawHttp(t);
  far.legacy();
  far.onMessage('tools/call', (received) => void events(received).end(event({ jsonrpc: '2.0', id: 2, method: 5 })));
  const scene = new HttpScene(t, await far.listen());
  await scene.open();
  scene.request(2, 'tools/call', { name: 'x' });
  assert.equal((await scene.about(2)).error.code, -31502);
});

test('requests wait until the server knows that it is initialized', async (t) => {
  const far = new RawHttp(t);
  far.legacy();
  let letGo = () => {};
  far.onMessage('notifications/initialized', ({ response }) => {
    letGo = () => response.writeHead(202).end();
  });
  far.onMessage('tools/list', (received) => json(received, { tools: [] }));
  const url = await far.listen();
  const scene = new HttpScene(t, url);
  await scene.open();
  scene.request(2, 'tools/list');
  await far.gotMessage('notifications/initialized');
  assert.ok(scene.channel!.out.backlog > 0);
  for (let others = 0; others < 5; others++) await (await fetch(url)).arrayBuffer();
  assert.equal(far.received.filter(({ message }) => message?.method === 'tools/list').length, 0);
  letGo();
  await scene.about(2);
  assert.equal(scene.channel!.out.backlog, 0);
});

test('a server without a stream of its own says so in many ways, and none of them ends the session', async (t) => {
  for (const status of [405, 404, 400, 200]) {
    const far = new RawHttp(t);
    far.legacy('s');
    far.onGet(({ response }) => response.writeHead(status, { 'Content-Type': 'text/html' }).end('<p>no</p>'));
    far.onMessage('tools/list', (received) => json(received, { tools: [] }));
    const scene = new HttpScene(t, await far.listen());
    await scene.open();
    await far.got(({ method }) => method === 'GET');
    scene.request(2, 'tools/list');
    assert.deepEqual((await scene.about(2)).result, { tools: [] }, String(status));
    assert.equal(scene.lives, 1);
  }
});

test('a call that is called off is told of with a message, and its stream is not taken up again', async (t) => {
  const far = new RawHttp(t);
  far.legacy('s');
  const say = (stream: { write(text: string): void }) => stream.write('id: 1\nretry: 50\ndata:\n\n');
  const streams: ReturnType<typeof events>[] = [];
  far.onMessage('tools/call', (received) => {
    streams.push(events(received));
    say(streams.at(-1)!);
  });
  const scene = new HttpScene(t, await far.listen());
  await scene.open();
  scene.request(2, 'tools/call', { name: 'x' });
  await far.gotMessage('tools/call');
  scene.tell('notifications/cancelled', { requestId: 2, reason: 'no more' });
  assert.deepEqual((await far.gotMessage('notifications/cancelled')).message.params, {
    requestId: 2,
    reason: 'no more',
  });
  streams[0]!.end();
  assert.equal((await scene.about(2)).error.code, -31502, 'the slot is free again');
  assert.equal(far.received.filter(({ headers }) => headers['last-event-id'] !== undefined).length, 0);
  scene.tell('notifications/cancelled', { requestId: 2 });
  scene.tell('notifications/cancelled', { requestId: 77 });
  scene.request(3, 'tools/call', { name: 'x' });
  await far.got(({ message }) => message?.id === 3);
  assert.equal(far.received.filter(({ message }) => message?.method === 'notifications/cancelled').length, 1);
});

test('a session id no header can carry ends the handshake', async (t) => {
  const far = new RawHttp(t);
  far.legacy('not visible');
  const scene = new HttpScene(t, await far.listen());
  scene.server.demand();
  scene.request(1, 'initialize', { protocolVersion: '2025-11-25' });
  assert.equal((await scene.outage()).text, 'far gave a session id no header can carry');
});
