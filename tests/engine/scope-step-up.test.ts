import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { engineFront } from '../support/engine/engine-front.ts';
import { modernPost, open, posted, send } from '../support/http/http.ts';
import { bearing, PlainTokens } from '../support/identity/plain-tokens.ts';
import type { Message } from '../support/mcp/lines.ts';

const scopes = { 'files:read': ['server/read_*'], 'files:write': ['server/*'] };
const READER = bearing({ sub: 'ann', scopes: ['files:read', 'profile'] });
const WRITER = bearing({ sub: 'ann', scopes: ['files:read', 'profile', 'files:write'] });

async function scene(t: TestContext, era: 'legacy' | 'modern', serverEra = era) {
  const tokens = new PlainTokens();
  const oauth = { authorization_servers: ['https://idp.example'], scopes };
  const own = await engineFront(t, { era, serverEra, provers: [tokens], clients: ['ci'], auth: { oauth } });
  own.engine.server.tools = ['read_text', 'write_text'].map((name) => ({ name, inputSchema: { type: 'object' } }));
  return { ...own, tokens };
}

/** A legacy session of whoever has `headers`; answers what its later requests must have. */
async function sessionOf(url: string, headers: Record<string, string>): Promise<Record<string, string>> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
  const opened = await send(url, posted({ jsonrpc: '2.0', id: 0, method: 'initialize', params }, headers));
  assert.equal(opened.status, 200, opened.text);
  const session = { 'Mcp-Session-Id': String(opened.headers['mcp-session-id']), 'MCP-Protocol-Version': '2025-11-25' };
  await send(url, posted({ jsonrpc: '2.0', method: 'notifications/initialized' }, { ...headers, ...session }));
  return session;
}

function legacyCall(name: string, headers: Record<string, string>, id = 1) {
  return posted({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: {} } }, headers);
}

const CHALLENGE =
  /^Bearer error="insufficient_scope", scope="files:read profile files:write", resource_metadata="http:\/\/[^"]+\/\.well-known\/oauth-protected-resource\/mcp"$/;

for (const serverEra of ['legacy', 'modern'] as const) {
  test(`a modern client of a ${serverEra} server is sent for the scope it lacks, and comes back with it`, async (t) => {
    const { url, engine } = await scene(t, 'modern', serverEra);
    const denied = await send(url, modernPost('tools/call', { name: 'write_text', arguments: {} }, READER));
    assert.equal(denied.status, 403, denied.text);
    assert.match(String(denied.headers['www-authenticate']), CHALLENGE);
    const { error, id } = denied.json;
    assert.deepEqual([id, error.code], [1, -31403]);
    const denial = error.data['dev.sallyport/denial'];
    assert.deepEqual([denial.code, denial.retry, denial.scopes], ['SP2014', 'never', ['files:write']]);
    assert.equal(engine.server.asked('tools/call').length, 0);
    const read = await send(url, modernPost('tools/call', { name: 'read_text', arguments: {} }, READER));
    assert.deepEqual([read.status, read.json.result.content[0].text], [200, 'done']);
    const written = await send(url, modernPost('tools/call', { name: 'write_text', arguments: {} }, WRITER));
    assert.equal(written.json.result.content[0].text, 'done');
    const listed = await send(url, modernPost('tools/list', {}, READER));
    assert.deepEqual(
      listed.json.result.tools.map(({ name }: { name: string }) => name),
      ['read_text', 'write_text'],
      'what only lacks a scope is listed',
    );
  });

  test(`a legacy client of a ${serverEra} server gets more scopes without losing its session`, async (t) => {
    const { url, front } = await scene(t, 'legacy', serverEra);
    const session = await sessionOf(url, READER);
    const denied = await send(url, legacyCall('write_text', { ...READER, ...session }));
    assert.deepEqual([denied.status, denied.json.error.code], [403, -31403]);
    assert.match(String(denied.headers['www-authenticate']), CHALLENGE);
    const written = await send(url, legacyCall('write_text', { ...WRITER, ...session }, 2));
    assert.deepEqual([written.status, written.json.result.content[0].text], [200, 'done']);
    const again = await send(url, legacyCall('write_text', { ...READER, ...session }, 3));
    assert.equal(again.status, 403, 'each request is judged by its own token');
    assert.equal(front.sessions.size, 1);
  });
}

test('a request of a narrow token is not judged by a wider one that came while it waited', async (t) => {
  const { url, engine } = await scene(t, 'legacy');
  const session = await sessionOf(url, READER);
  engine.server.hold('tools/list');
  const narrow = send(url, legacyCall('write_text', { ...READER, ...session }, 5));
  const [listing] = await engine.server.askedTimes('tools/list', 1);
  const wide = send(url, legacyCall('write_text', { ...WRITER, ...session }, 6));
  await send(url, posted({ jsonrpc: '2.0', id: 7, method: 'ping' }, { ...WRITER, ...session }));
  engine.server.result(listing!.id, { tools: engine.server.tools });
  assert.equal((await narrow).status, 403);
  assert.equal((await wide).status, 200);
});

test('a session of one principal is unknown to the token of another, whatever its scopes', async (t) => {
  const { url } = await scene(t, 'legacy');
  const session = await sessionOf(url, READER);
  for (const other of [
    { sub: 'bob', scopes: ['files:read', 'profile'] },
    { sub: 'ann', scopes: ['files:read', 'profile'], roles: ['admin'] },
  ]) {
    assert.equal((await send(url, legacyCall('read_text', { ...bearing(other), ...session }))).status, 404);
  }
});

test('a session lives on with a newer token when the one it began with has ended', async (t) => {
  const { url, front, engine } = await scene(t, 'legacy');
  const old = bearing({ sub: 'ann', scopes: ['files:read'], expiresMs: Date.now() + 60_000 });
  const session = await sessionOf(url, old);
  const fresh = bearing({ sub: 'ann', scopes: ['files:read'], expiresMs: Date.now() + 120_000 });
  assert.equal((await send(url, legacyCall('read_text', { ...fresh, ...session }))).status, 200);
  engine.pass(90_000);
  front.pulse.beat();
  assert.equal(front.sessions.size, 1);
  assert.equal((await send(url, legacyCall('read_text', { ...old, ...session }))).status, 401);
  const later = bearing({ sub: 'ann', scopes: ['files:read'], expiresMs: Date.now() + 600_000 });
  const stream = await open(url, { method: 'GET', headers: { ...later, ...session, Accept: 'text/event-stream' } });
  assert.equal(stream.status, 200);
  engine.pass(600_000);
  front.pulse.beat();
  await stream.end();
  assert.equal(front.sessions.size, 1, 'its client may come back with a newer token');
  engine.pass(31 * 60_000);
  front.pulse.beat();
  assert.equal(front.sessions.size, 0);
});

test('over a stream that is open already a scope that is missing is said in the result', async (t) => {
  const { url, engine, front } = await scene(t, 'modern');
  engine.server.hold('tools/list');
  const response = open(url, modernPost('tools/call', { name: 'write_text', arguments: {} }, READER));
  const [listing] = await engine.server.askedTimes('tools/list', 1);
  engine.pass(5000);
  front.pulse.beat();
  const stream = await response;
  assert.equal(stream.status, 200);
  engine.server.result(listing!.id, { tools: engine.server.tools });
  const { result } = await stream.message(({ id }) => id === 1);
  assert.equal(result.isError, true);
  const denial = result._meta['dev.sallyport/denial'];
  assert.deepEqual([denial.code, denial.scopes], ['SP2014', ['files:write']]);
});

test('in a batch a scope that is missing is said in the result, since the answer has one status for all', async (t) => {
  const { url } = await scene(t, 'legacy');
  const params = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
  const opened = await send(url, posted({ jsonrpc: '2.0', id: 0, method: 'initialize', params }, READER));
  const session = { 'Mcp-Session-Id': String(opened.headers['mcp-session-id']) };
  const call = (id: number, name: string) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name, arguments: {} },
  });
  const batch = [call(1, 'write_text'), call(2, 'read_text')];
  const answer = await send(url, posted(batch, { ...READER, ...session }));
  assert.equal(answer.status, 200, answer.text);
  const byId = new Map<number, Message>(answer.json.map((one: Message) => [one.id, one]));
  assert.equal(byId.get(1).result.isError, true);
  assert.equal(byId.get(2).result.content[0].text, 'done');
});

test('scopes that could break a header are left out of it, and too many are not repeated', async (t) => {
  const { url } = await scene(t, 'modern');
  const scope = async (held: readonly string[]) => {
    const headers = bearing({ sub: 'ann', scopes: held });
    const { headers: told } = await send(url, modernPost('tools/call', { name: 'write_text', arguments: {} }, headers));
    return /scope="([^"]*)"/.exec(String(told['www-authenticate']))?.[1];
  };
  assert.equal(await scope(['a"b', 'x\r\ny', 'ünï', '\\', 'ok', 'offline_access']), 'ok files:write');
  const many = Array.from({ length: 500 }, (_, index) => `scope-${index}`);
  assert.equal(await scope(many), 'files:write');
});
