import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type EngineFront, engineFront } from '../support/engine/engine-front.ts';
import { modernPost, send } from '../support/http/http.ts';
import { HeldTokens } from '../support/identity/held-tokens.ts';
import { bearing, plainToken } from '../support/identity/plain-tokens.ts';

interface Scene extends EngineFront {
  readonly tokens: HeldTokens;
}

async function scene(t: TestContext, server: object = {}): Promise<Scene> {
  const tokens = new HeldTokens();
  const own = await engineFront(t, { clients: ['ci'], provers: [tokens], server: { ...server } });
  return { ...own, tokens };
}

const ANN = { sub: 'ann' };
const CALL = modernPost('tools/call', { name: 'work', arguments: {} }, bearing(ANN));

function callsIn({ engine }: Scene): number {
  return engine.audit.records.filter((record) => record.kind === 'call').length;
}

test('a credential that was taken back while it was asked about opens nothing', async (t) => {
  const own = await scene(t);
  const answer = send(own.url, CALL);
  await own.tokens.waitedFor(1);
  own.tokens.revoked.add(plainToken(ANN));
  own.tokens.tell();
  assert.equal((await answer).status, 401);
  assert.equal(callsIn(own), 0);
});

test('who was still being asked about when the gateway began to drain is turned away', async (t) => {
  const own = await scene(t);
  const answer = send(own.url, CALL);
  await own.tokens.waitedFor(1);
  own.front.drain();
  own.tokens.tell();
  assert.equal((await answer).status, 503);
  assert.equal(callsIn(own), 0);
});

test('whoever left before it was known who they are leaves nothing behind', async (t) => {
  const own = await scene(t, { legacy_sse: true });
  const { port } = new URL(own.url);
  const leave = async (lines: string[], body = '') => {
    const socket = connect(Number(port), '127.0.0.1');
    const head = [...lines, 'Host: localhost', `Authorization: ${bearing(ANN).Authorization}`];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    await own.tokens.waitedFor(1);
    socket.destroy();
    while ((await own.listener.connections) > 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    own.tokens.tell();
    await new Promise(setImmediate);
  };
  await leave(['GET /sse HTTP/1.1', 'Accept: text/event-stream']);
  assert.equal(own.front.sessions.size, 0);
  const facts = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: facts });
  const type = ['Content-Type: application/json', 'Accept: application/json, text/event-stream'];
  await leave(['POST /mcp HTTP/1.1', ...type, `Content-Length: ${body.length}`], body);
  await leave(['GET /api/v1/tools HTTP/1.1']);
  await new Promise(setImmediate);
  assert.deepEqual(
    [own.front.sessions.size, own.front.running.size, own.front.uploads.size, own.front.pulse.size],
    [0, 0, 0, 0],
  );
  assert.equal(own.engine.gateway.sessions.size, 0);
});
