import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { modernPost, posted, send } from '../../support/http/http.ts';
import { LegacyHttp } from '../../support/http/legacy-http.ts';
import { type Served, serve } from '../../support/program/serve.ts';
import { found } from '../../support/program/survivors.ts';

const ALICE = 'the-key-of-alice-0001';
const BOB = 'the-key-of-bob-000002';
const hashed = (key: string) => `sha256:${createHash('sha256').update(key).digest('hex')}`;
const KEYS = [
  { key: hashed(ALICE), client_id: 'alice' },
  { key: hashed(BOB), client_id: 'bob' },
];
const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });

test('29: a session begins with initialize, cannot be initialized again, and ends with DELETE', async (t) => {
  const served = await serve(t);
  const client = new LegacyHttp(served.url);
  const result = await client.initialize();
  assert.equal(result.protocolVersion, '2025-11-25');
  assert.match(client.session, /^[\w-]{43}$/);
  assert.equal((await client.call('echo', { text: 'hi' })).result.content[0].text, 'hi');
  const again = await client.post({ jsonrpc: '2.0', id: 2, method: 'initialize', params: {} });
  assert.deepEqual([again.status, again.json.error.code, again.json.id], [400, -32600, 2]);
  const list = { jsonrpc: '2.0', id: 3, method: 'tools/list' };
  const without = await send(served.url, posted(list));
  assert.deepEqual([without.status, without.json.error.code, without.json.id], [400, -32600, 3]);
  const twice = await client.post(list, { 'Mcp-Session-Id': [client.session, client.session] });
  assert.equal(twice.status, 400);
  for (const session of ['unknown', `${client.session}x`, '']) {
    const answer = await client.post(list, { 'Mcp-Session-Id': session });
    assert.deepEqual([answer.status, answer.json.error.message, answer.json.id], [404, 'Session not found', 3]);
  }
  for (const version of ['2025-06-18', '2026-07-28', 'nonsense']) {
    assert.equal((await client.post(list, { 'MCP-Protocol-Version': version })).status, 400, version);
  }
  assert.equal((await client.post(list, { 'MCP-Protocol-Version': undefined })).status, 200);
  const unknown = await client.post({ jsonrpc: '2.0', id: 5, method: 'unknown/method' });
  assert.deepEqual([unknown.status, unknown.json.error.code], [200, -32601], 'legacy errors are answers');
  assert.equal((await client.delete()).status, 204);
  assert.equal((await client.post(list)).status, 404);
  assert.equal((await client.delete()).status, 404);
});

test('67: the session of one client is unknown to every other, whatever they try', async (t) => {
  const served = await serve(t, { keys: KEYS });
  const alice = new LegacyHttp(served.url, bearer(ALICE));
  await alice.initialize();
  const bob = new LegacyHttp(served.url, bearer(BOB));
  bob.session = alice.session;
  bob.revision = alice.revision;
  const list = { jsonrpc: '2.0', id: 3, method: 'tools/list' };
  const foreign = await bob.post(list);
  bob.session = 'a-session-that-never-was';
  const unknown = await bob.post(list);
  assert.deepEqual([foreign.status, foreign.text], [404, unknown.text]);
  bob.session = alice.session;
  const stream = await bob.listen();
  assert.deepEqual([stream.status, stream.headers['content-type']], [404, 'application/json']);
  assert.equal((await bob.delete()).status, 404);
  assert.equal((await alice.call('echo', { text: 'still mine' })).result.content[0].text, 'still mine');
  const nobody = await send(served.url, posted(list, alice.own({ Authorization: undefined })));
  assert.equal(nobody.status, 401, 'the id of a session proves nothing');
});

test('25: a batch is answered as one array where its revision has batches, and refused elsewhere', async (t) => {
  const served = await serve(t, { more: 'policies: { default: allow }\n' });
  const client = new LegacyHttp(served.url);
  await client.initialize({ protocolVersion: '2025-03-26' });
  const denied = { jsonrpc: '2.0', id: 'c', method: 'tools/call', params: { name: 'no-such-tool' } };
  const batch = [client.callOf('echo', { text: 'a' }, 'a'), client.callOf('echo', { text: 'b' }, 2), denied];
  const answer = await client.post(JSON.stringify(batch));
  assert.equal(answer.status, 200);
  const byId = new Map(answer.json.map((one: { id: unknown }) => [one.id, one]));
  assert.deepEqual([...byId.keys()].sort(), [2, 'a', 'c']);
  assert.equal((byId.get('c') as { error: { code: number } }).error.code, -32602);
  const notices = JSON.stringify([{ jsonrpc: '2.0', method: 'notifications/roots/list_changed' }]);
  assert.deepEqual([(await client.post(notices)).status, (await client.post(notices)).text], [202, '']);
  const empty = await client.post('[]');
  assert.deepEqual([empty.status, empty.json.error.code], [400, -32600]);
  const newer = new LegacyHttp(served.url);
  await newer.initialize();
  const refused = await newer.post(JSON.stringify(batch));
  assert.deepEqual([refused.status, refused.json.error.code], [400, -32600]);
});

test('72: sessions and requests are limited for each client and for all, and others go on', async (t) => {
  const limits = { max_sessions: 3, max_sessions_per_client: 2, max_requests_per_client: 4 };
  const served = await serve(t, { keys: KEYS, server: limits });
  const open = async (key: string) => {
    const client = new LegacyHttp(served.url, bearer(key));
    await client.initialize();
    return client;
  };
  const [first] = [await open(ALICE), await open(ALICE)];
  const initialize = (key: string) => {
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
    return send(served.url, posted({ jsonrpc: '2.0', id: 1, method: 'initialize', params }, bearer(key)));
  };
  const third = await initialize(ALICE);
  assert.deepEqual([third.status, third.json.error.code, third.json.id], [503, -31429, 1]);
  assert.match(String(third.headers['retry-after']), /^\d+$/);
  assert.equal(third.headers['mcp-session-id'], undefined);
  const bob = await open(BOB);
  assert.equal((await initialize(BOB)).status, 503, 'three in all');
  await first!.delete();
  assert.equal((await initialize(ALICE)).status, 200);
  const hanging = [1, 2, 3, 4].map((id) => bob.post(bob.callOf('hang', {}, id)));
  await found(() => calls(served, 'bob') >= 4 || undefined, 30_000, 'four calls');
  const fifth = await bob.post(bob.callOf('echo', {}, 5));
  assert.deepEqual([fifth.status, fifth.json.error.code, fifth.json.id], [429, -31429, 5]);
  const modern = modernPost('tools/call', { name: 'echo', arguments: { text: 'I go on' } }, bearer(ALICE));
  assert.equal((await send(served.url, modern)).json.result.content[0].text, 'I go on');
  const flood = Array.from({ length: 200 }, () => bob.post({ jsonrpc: '2.0', method: 'notifications/unheard-of' }));
  assert.ok((await Promise.all(flood)).every(({ status }) => status === 202));
  assert.equal((await bob.delete()).status, 204);
  const ended = await Promise.all(hanging);
  assert.deepEqual(
    ended.map(({ status, text }) => [status, text]),
    ended.map(() => [202, '']),
    'nobody is owed an answer any more',
  );
});

function calls(served: Served, client: string): number {
  return served.records.filter(
    ({ kind, principal, action }) => kind === 'call' && principal === client && action === 'tools/call',
  ).length;
}
