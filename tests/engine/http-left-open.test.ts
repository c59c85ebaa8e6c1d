import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { engineFront, proofOf } from '../support/engine/engine-front.ts';
import { modernPost, open, send } from '../support/http/http.ts';
import type { Message } from '../support/mcp/lines.ts';

test('a key that runs out ends the streams and calls of modern clients, too', async (t) => {
  const own = await engineFront(t, { clients: ['brief', 'stays'], era: 'modern' });
  const filter = { notifications: { toolsListChanged: true } };
  const listen = (client: string) => open(own.url, modernPost('subscriptions/listen', filter, proofOf(client)));
  const [kept, closed] = await Promise.all(['stays', 'brief'].map(listen));
  for (const server of [own.engine.server, ...own.engine.twins]) server.hold('tools/call');
  own.engine.onTwin = (twin) => twin.hold('tools/call');
  const call = send(own.url, modernPost('tools/call', { name: 'work', arguments: {} }, proofOf('brief')));
  call.catch(() => {});
  const asked = () =>
    [own.engine.server, ...own.engine.twins].filter((server) => server.asked('tools/call').length > 0);
  while (asked().length === 0) await new Promise(setImmediate);
  const [server] = asked();
  const { gateway } = own.engine;
  const apiKeys = gateway.config.auth.apiKeys.map((key) => ({
    ...key,
    ...(key.clientId === 'brief' ? { expiresMs: Date.now() - 1 } : {}),
  }));
  gateway.config = { ...gateway.config, auth: { ...gateway.config.auth, apiKeys } };
  own.front.refresh();
  own.front.pulse.beat();
  await closed!.end();
  await assert.rejects(call);
  await server!.until(({ method }) => method === 'notifications/cancelled');
  assert.ok(!kept!.ended);
  assert.equal(own.front.running.size, 1);
  kept!.close();
});

test('what comes for a session of the old transport after it has ended is not worked on', async (t) => {
  const own = await engineFront(t, { clients: ['ana'], server: { legacy_sse: true } });
  const { origin, port } = new URL(own.url);
  const proof = proofOf('ana');
  const stream = await open(`${origin}/sse`, { method: 'GET', headers: { Accept: 'text/event-stream', ...proof } });
  await stream.when(() => stream.events.length > 0);
  const endpoint = stream.events[0]!.data;
  const post = async (message: Message) => {
    const headers = { 'Content-Type': 'application/json', ...proof };
    await send(origin + endpoint, { headers, body: JSON.stringify(message) });
    await stream.message(({ id }) => id === message.id);
  };
  const facts = { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
  await post({ jsonrpc: '2.0', id: 1, method: 'initialize', params: facts });
  await post({ jsonrpc: '2.0', id: 2, method: 'tools/list' });
  const body = JSON.stringify({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'work', arguments: {} } });
  const head = [
    `POST ${endpoint} HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/json',
    `Authorization: ${proof.Authorization}`,
    `Content-Length: ${body.length}`,
    'Expect: 100-continue',
    'Connection: close',
  ];
  const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8');
  let answer = '';
  socket.on('data', (text: string) => {
    answer += text;
  });
  const told = new Promise((resolve) => socket.once('data', resolve));
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  await told;
  stream.close();
  while (own.front.sessions.size > 0) await new Promise(setImmediate);
  socket.write(body);
  await new Promise((resolve) => socket.once('close', resolve));
  assert.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 404/);
  const calls = own.engine.audit.records.filter(
    (record) => record.kind === 'call' && record.call.action === 'tools/call',
  );
  assert.deepEqual(calls, []);
});

test('somebody without a key cannot fill the audit log, and a page is recognised without an Origin', async (t) => {
  const own = await engineFront(t, { clients: ['ana'] });
  for (let i = 0; i < 40; i++) {
    const answer = await send(own.url, modernPost('tools/list', {}, { Origin: 'https://evil.example' }));
    assert.equal(answer.status, 403);
  }
  const written = own.engine.audit.refusedCodes.filter((code) => code === 'SP2006');
  assert.ok(written.length >= 10 && written.length < 20, `${written.length} records`);
  const proof = proofOf('ana');
  const url = new URL('/api/v1/backends', own.url).href;
  for (const [site, status] of [
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', 200],
    ['none', 200],
  ] as const) {
    const headers = { ...proof, 'Sec-Fetch-Site': site };
    assert.equal((await send(url, { method: 'GET', headers })).status, status, site);
  }
});
