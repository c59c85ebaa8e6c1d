import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineFront, proofOf } from '../support/engine/engine-front.ts';
import { open } from '../support/http/http.ts';
import { LegacyHttp } from '../support/http/legacy-http.ts';

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const MINUTE = 60_000;

test('a session nobody uses ends; one that is listened to or waited for does not', async (t) => {
  const own = await engineFront(t, { server: { session_idle: '30m' } });
  const clients = await Promise.all(
    [1, 2, 3].map(async () => {
      const client = new LegacyHttp(own.url);
      await client.initialize();
      return client;
    }),
  );
  const [idle, listening, waiting] = clients as [LegacyHttp, LegacyHttp, LegacyHttp];
  const stream = await listening.listen();
  for (const server of [own.engine.server, ...own.engine.twins]) server.hold('tools/call');
  const call = waiting.start(waiting.callOf('work'));
  await Promise.race([own.engine.server, ...own.engine.twins].map((server) => server.askedTimes('tools/call', 1)));
  own.engine.pass(31 * MINUTE);
  own.front.pulse.beat();
  assert.equal(own.front.sessions.size, 2);
  assert.equal((await idle.post(LIST)).status, 404);
  assert.equal((await listening.post(LIST)).status, 200);
  await listening.delete();
  await stream.end();
  await waiting.delete();
  const over = await (await call).end();
  assert.deepEqual(over.messages, [], 'it had become a stream, which ends without an answer');
  assert.deepEqual([own.front.sessions.size, own.engine.gateway.sessions.size], [0, 0]);
});

test('a session whose client never came back ends after a minute', async (t) => {
  const own = await engineFront(t);
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  const headers = { 'Content-Type': 'application/json' };
  await (await open(own.url, { body, headers })).end();
  own.front.pulse.beat();
  assert.equal(own.front.sessions.size, 1);
  own.engine.pass(MINUTE + 1);
  own.front.pulse.beat();
  assert.equal(own.front.sessions.size, 0);
});

test('a key that runs out closes what it opened', async (t) => {
  const own = await engineFront(t, { clients: ['brief'] });
  const client = new LegacyHttp(own.url, proofOf('brief'));
  await client.initialize();
  const stream = await client.listen();
  const { auth } = own.engine.gateway.config;
  const apiKeys = auth.apiKeys.map((key) => ({ ...key, expiresMs: Date.now() + MINUTE }));
  own.engine.gateway.config = { ...own.engine.gateway.config, auth: { ...auth, apiKeys } };
  assert.equal((await client.post(LIST)).status, 200);
  own.engine.pass(MINUTE + 1);
  assert.equal((await client.post(LIST)).status, 401);
  own.front.pulse.beat();
  await stream.end();
  assert.equal(own.front.sessions.size, 0);
});
