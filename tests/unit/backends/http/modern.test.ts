import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HttpScene, type SceneOptions } from '../../../support/http/http-scene.ts';
import { event, events, json, RawHttp } from '../../../support/http/raw-http.ts';

/** A scene with a modern server; it needs no handshake of the adapter. */
async function opened(t: TestContext, options: SceneOptions = {}): Promise<{ far: RawHttp; scene: HttpScene }> {
  const far = new RawHttp(t);
  far.onMessage('server/discover', (received) => json(received, { supportedVersions: ['2026-07-28'] }));
  const scene = new HttpScene(t, await far.listen(), options);
  scene.server.demand();
  scene.modern(1, 'server/discover');
  await scene.about(1);
  scene.server.ready();
  return { far, scene };
}

test('57: the headers of a modern message are those of the body they leave with', async (t) => {
  const { far, scene } = await opened(t, {
    paramHeaders: (tool) =>
      tool === 'query'
        ? [
            { header: 'Mcp-Param-Region', path: ['where', 'region'], type: 'string' },
            { header: 'Mcp-Param-Limit', path: ['limit'], type: 'integer' },
            { header: 'Mcp-Param-Dry', path: ['dry'], type: 'boolean' },
            { header: 'Mcp-Param-Absent', path: ['absent'], type: 'string' },
          ]
        : [],
  });
  far.on(
    ({ message }) => message?.id > 1,
    (received) => json(received, {}),
  );
  const sent = async (id: number, method: string, params: object) => {
    scene.modern(id, method, params);
    const { headers, message } = await far.got((received) => received.message?.id === id);
    assert.equal(headers['mcp-protocol-version'], message.params._meta['io.modelcontextprotocol/protocolVersion']);
    assert.equal(headers['mcp-method'], message.method);
    assert.equal(headers['mcp-session-id'], undefined);
    return headers;
  };
  const args = { where: { region: 'Zürich\n' }, limit: 42, dry: false, absent: null };
  const query = await sent(2, 'tools/call', { name: 'query', arguments: args });
  assert.deepEqual(
    Object.entries(query).filter(([name]) => /^mcp-(param|name)/.test(name)),
    [
      ['mcp-name', 'query'],
      ['mcp-param-region', `=?base64?${Buffer.from('Zürich\n').toString('base64')}?=`],
      ['mcp-param-limit', '42'],
      ['mcp-param-dry', 'false'],
    ],
  );
  const names: [string, object, string | undefined][] = [
    ['tools/call', { name: '=?base64?eA==?=' }, `=?base64?${Buffer.from('=?base64?eA==?=').toString('base64')}?=`],
    ['tools/call', { name: ' padded' }, `=?base64?${Buffer.from(' padded').toString('base64')}?=`],
    ['prompts/get', { name: 'a prompt' }, 'a prompt'],
    ['resources/read', { uri: 'file:///ä' }, `=?base64?${Buffer.from('file:///ä').toString('base64')}?=`],
    ['tasks/get', { taskId: 't-1' }, 't-1'],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'x' }, argument: {} }, undefined],
    ['tools/list', {}, undefined],
  ];
  for (const [index, [method, params, name]] of names.entries()) {
    assert.equal((await sent(10 + index, method, params))['mcp-name'], name, method);
  }
});

test('calling off a modern request ends its stream and sends nothing; nothing else is ever asked of the server', async (t) => {
  const { far, scene } = await opened(t);
  far.onMessage('tools/call', (received) => void events(received).write(': at work\n\n'));
  scene.modern(2, 'tools/call', { name: 'x' });
  const call = await far.gotMessage('tools/call');
  scene.tell('notifications/cancelled', { requestId: 2 });
  await call.left;
  far.onMessage('tools/call', (received) => json(received, {}));
  scene.modern(3, 'tools/call', { name: 'y' });
  await scene.about(3);
  await scene.server.close(0, 500);
  assert.deepEqual(
    far.received.map(({ method, message }) => `${method} ${message?.method}`),
    ['POST server/discover', 'POST tools/call', 'POST tools/call'],
  );
  assert.equal(scene.messages.filter(({ id }) => id?.key === 2).length, 0);
  assert.equal(scene.budget.used, 0);
});

test('a modern call whose stream breaks is lost, whatever ids the events had', async (t) => {
  const { far, scene } = await opened(t);
  far.onMessage('tools/call', (received) => {
    const stream = events(received);
    stream.write('id: 1\nretry: 50\ndata:\n\n', () => stream.destroy());
  });
  scene.modern(2, 'tools/call', { name: 'x' });
  const { error } = await scene.about(2);
  assert.match(error.message, /^far broke off its answer before it was complete/);
  assert.equal(far.received.filter(({ method }) => method === 'GET').length, 0);
});

test('a stream that listens is opened again when it breaks, and what it may have missed is said to have changed', async (t) => {
  const { far, scene } = await opened(t);
  const acknowledged = { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params: {} };
  let opened_ = 0;
  far.onMessage('subscriptions/listen', (received) => {
    opened_++;
    const stream = events(received);
    stream.write(`retry: 50\n${event(acknowledged)}`, () => {
      if (opened_ === 1) stream.destroy();
      if (opened_ === 2) stream.end();
      if (opened_ === 3) stream.end(event({ jsonrpc: '2.0', id: 2, result: { resultType: 'complete' } }));
    });
  });
  scene.modern(2, 'subscriptions/listen', { notifications: { toolsListChanged: true, promptsListChanged: false } });
  assert.deepEqual((await scene.about(2)).result, { resultType: 'complete' });
  assert.deepEqual(
    scene.messages.slice(1, -1).map(({ method, about }) => [method.replace('notifications/', ''), about]),
    [
      ['subscriptions/acknowledged', 2],
      ['tools/list_changed', 2],
      ['subscriptions/acknowledged', 2],
      ['tools/list_changed', 2],
      ['subscriptions/acknowledged', 2],
    ],
  );
});

test('a server that is not there for `server/discover` has answered which era it is of; one that is in trouble has not', async (t) => {
  for (const status of [400, 404, 405]) {
    const far = new RawHttp(t);
    far.onMessage('server/discover', ({ response }) => response.writeHead(status).end('no'));
    const scene = new HttpScene(t, await far.listen());
    scene.server.demand();
    scene.modern(1, 'server/discover');
    assert.deepEqual((await scene.about(1)).error, { code: -32601, message: `HTTP ${status}` });
    assert.equal(scene.server.state, 'starting');
  }
  for (const status of [401, 403, 429, 500, 503]) {
    const far = new RawHttp(t);
    far.onMessage('server/discover', ({ response }) => response.writeHead(status).end('no'));
    const scene = new HttpScene(t, await far.listen());
    scene.server.demand();
    scene.modern(1, 'server/discover');
    const { code, text, unreached } = await scene.outage();
    assert.equal(unreached, true);
    assert.equal(code, status === 401 || status === 403 ? 'SP5012' : 'SP5014');
    assert.match(text, new RegExp(`HTTP ${status}`));
    assert.equal(scene.messages.length, 1, 'no frame is evidence of anything');
  }
});
