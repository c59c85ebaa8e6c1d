import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Headers, type HttpOptions, modernPost, open, posted, rawHttp, send } from '../../support/http/http.ts';
import { modernMeta } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';
import { type Served, serve } from '../../support/program/serve.ts';

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';

/** Sends what is refused and checks status, code and id; `id` undefined means that none may stand in the answer. */
async function refusedWith(served: Served, what: string, options: HttpOptions, expected: [number, number, unknown?]) {
  const answer = await send(served.url, options);
  const [status, code, id] = expected;
  assert.equal(answer.status, status, `${what}: ${answer.text}`);
  assert.equal(answer.headers['content-type'], 'application/json', what);
  assert.equal(answer.json.error.code, code, `${what}: ${answer.text}`);
  assert.equal(answer.json.id, id, what);
  return answer;
}

function echo(headers: Headers = {}, params: Message = {}): HttpOptions {
  return modernPost('tools/call', { name: 'echo', arguments: { text: 'hi' }, ...params }, headers, 'x');
}

test('56: a header that says something else than the body is answered with 400 and -32020', async (t) => {
  const served = await serve(t);
  const mismatch: [string, HttpOptions][] = [
    ['wrong Mcp-Name', echo({ 'Mcp-Name': 'raw' })],
    ['missing Mcp-Name', echo({ 'Mcp-Name': undefined })],
    ['missing Mcp-Method', echo({ 'Mcp-Method': undefined })],
    ['wrong Mcp-Method', echo({ 'Mcp-Method': 'tools/list' })],
    ['Mcp-Method in another case', echo({ 'Mcp-Method': 'TOOLS/CALL' })],
    ['Mcp-Name in another case', echo({ 'Mcp-Name': 'Echo' })],
    ['Mcp-Name twice, even alike', echo({ 'Mcp-Name': ['echo', 'echo'] })],
    ['Mcp-Method twice', echo({ 'Mcp-Method': ['tools/call', 'tools/list'] })],
    ['base64 without padding', echo({ 'Mcp-Name': '=?base64?ZWNobw?=' })],
    ['base64 that is none', echo({ 'Mcp-Name': '=?base64?ZWN*bw==?=' })],
    ['base64 of another name', echo({ 'Mcp-Name': '=?base64?cmF3?=' })],
    ['an encoded method', echo({ 'Mcp-Method': '=?base64?dG9vbHMvY2FsbA==?=' })],
    ['missing version', echo({ 'MCP-Protocol-Version': undefined })],
    ['another version', echo({ 'MCP-Protocol-Version': '2025-11-25' })],
    ['version twice', echo({ 'MCP-Protocol-Version': ['2026-07-28', '2026-07-28'] })],
    ['a resource under another URI', modernPost('resources/read', { uri: 'file:///a.txt' }, { 'Mcp-Name': 'b' }, 'x')],
  ];
  for (const [what, options] of mismatch) {
    const answer = await refusedWith(served, what, options, [400, -32020, 'x']);
    assert.match(answer.json.error.message, /^Header mismatch/);
  }
  const fine: [string, Headers][] = [
    ['as it should be', {}],
    ['base64', { 'Mcp-Name': '=?base64?ZWNobw==?=' }],
    ['header names in lower case', { 'Mcp-Method': undefined, 'mcp-method': 'tools/call' }],
    ['header names in upper case', { 'Mcp-Name': undefined, 'MCP-NAME': 'echo' }],
    ['headers of a session and a stream that are no part of this era', { 'Mcp-Session-Id': 'x', 'Last-Event-ID': '1' }],
    ['a parameter nobody knows', { 'Mcp-Param-Whatever': 'y' }],
  ];
  for (const [what, headers] of fine) {
    const answer = await send(served.url, echo(headers));
    assert.equal(answer.status, 200, `${what}: ${answer.text}`);
    assert.equal(answer.json.result.content[0].text, 'hi', what);
    assert.equal(answer.headers['mcp-session-id'], undefined);
  }
  const spaced = echo().body as string;
  const head =
    'POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\nAccept: */*';
  const own = `mcp-protocol-version: \t 2026-07-28 \t\r\nMcp-Method:tools/call\r\nMcp-Name:   echo  \r\nContent-Length: ${spaced.length}`;
  assert.match(await rawHttp(served.url, `${head}\r\n${own}\r\n\r\n${spaced}`), /^HTTP\/1.1 200 [\s\S]*"text":"hi"/);
  const codes = served.records.filter(({ code }) => code === 'SP8021');
  assert.equal(codes.length, mismatch.length);
});

test('56: arguments that are repeated in headers must be the same there', async (t) => {
  const properties = {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    in: { type: 'object', properties: { size: { type: 'integer', 'x-mcp-header': 'Size' } } },
  };
  const tools = [{ name: 'query', inputSchema: { type: 'object', properties } }];
  const flags = ['--tools', 'query', '--answer', `tools/list=${JSON.stringify({ tools })}`];
  const served = await serve(t, { backends: fixtureBackend('fix', flags) });
  const query = (args: Message, headers: Headers) =>
    modernPost('tools/call', { name: 'query', arguments: args }, headers, 7);
  const args = { region: 'Zürich', in: { size: 42 } };
  const right = { 'Mcp-Param-Region': '=?base64?WsO8cmljaA==?=', 'mcp-param-size': '42.0' };
  const answer = await send(served.url, query(args, right));
  assert.equal(answer.json.result?.content[0].text, 'called query', answer.text);
  assert.equal((await send(served.url, query({ region: null }, {}))).status, 200);
  const wrong: [string, Message, Headers][] = [
    ['left out', args, { 'mcp-param-size': '42' }],
    ['another value', args, { ...right, 'Mcp-Param-Region': 'Bern' }],
    ['another number', args, { ...right, 'mcp-param-size': '43' }],
    ['bad padding', args, { ...right, 'Mcp-Param-Region': '=?base64?WsO8cmljaA?=' }],
    ['twice', args, { ...right, 'mcp-param-size': ['42', '42'] }],
    ['in a header only', {}, { 'Mcp-Param-Region': 'Bern' }],
  ];
  for (const [what, given, headers] of wrong) {
    await refusedWith(served, what, query(given, headers), [400, -32020, 7]);
  }
});

test('55: a modern request that does not say all of itself is refused, whatever one said before it', async (t) => {
  const served = await serve(t);
  assert.equal((await send(served.url, echo())).status, 200);
  const meta = modernMeta();
  const facts: [string, Message][] = [
    ['no _meta', undefined],
    ['_meta of another type', 'x'],
    ['no version', { [CAPABILITIES]: {} }],
    ['a version of another type', { ...meta, [VERSION]: 20260728 }],
    ['no capabilities', { [VERSION]: '2026-07-28' }],
    ['capabilities of another type', { ...meta, [CAPABILITIES]: [] }],
    ['capabilities that are null', { ...meta, [CAPABILITIES]: null }],
  ];
  for (const [what, _meta] of facts) {
    await refusedWith(served, what, echo({}, { _meta }), [400, -32602, 'x']);
  }
  const future = { ...meta, [VERSION]: '2027-01-01' };
  const answer = await refusedWith(
    served,
    'a version of the future',
    echo({ 'MCP-Protocol-Version': '2027-01-01' }, { _meta: future }),
    [400, -32022, 'x'],
  );
  assert.deepEqual(answer.json.error.data, { supported: ['2026-07-28'], requested: '2027-01-01' });
  await refusedWith(served, 'header and body differ', echo({}, { _meta: future }), [400, -32020, 'x']);
  await refusedWith(served, 'a capability that is missing', modernPost('tasks/get', { taskId: 't' }, {}, 'x'), [
    400,
    -32021,
    'x',
  ]);
});

test('26: what is no request of this era gets the status of the table', async (t) => {
  const served = await serve(t);
  for (const method of ['ping', 'initialize', 'logging/setLevel', 'resources/subscribe', 'unknown/method']) {
    await refusedWith(served, method, modernPost(method, {}, {}, 'x'), [404, -32601, 'x']);
  }
  const bodies: [string, string, [number, number, unknown?]][] = [
    ['no JSON', '{"jsonrpc":"2.0","id":1,', [400, -32700]],
    ['no UTF-8', `{"jsonrpc":"2.0","id":1,"method":"\u00ff"}`, [400, -32700]],
    ['nothing', '', [400, -32700]],
    ['two messages', `${JSON.stringify({ jsonrpc: '2.0', method: 'a' })}\n{}`, [400, -32700]],
    ['a raw line break in a string', '{"jsonrpc":"2.0","id":1,"method":"a\nb"}', [400, -32700]],
    ['a batch', `[${echo().body}]`, [400, -32600]],
    ['a null id', '{"jsonrpc":"2.0","id":null,"method":"tools/list"}', [400, -32600]],
    ['a fractional id', '{"jsonrpc":"2.0","id":1.5,"method":"tools/list"}', [400, -32600]],
    ['a key that stands twice', '{"jsonrpc":"2.0","id":9,"method":"tools/list","method":"ping"}', [400, -32600, 9]],
    ['an answer', '{"jsonrpc":"2.0","id":1,"result":{}}', [400, -32600]],
    ['no session and no era', '{"jsonrpc":"2.0","id":4,"method":"tools/list"}', [400, -32600, 4]],
  ];
  for (const [what, text, expected] of bodies) {
    const body = what === 'no UTF-8' ? Buffer.from(text, 'latin1') : text;
    await refusedWith(served, what, { ...posted(''), body }, expected);
  }
  const plain = echo();
  const types: [string, Headers, number][] = [
    ['another Content-Type', { 'Content-Type': 'text/plain' }, 415],
    ['no Content-Type', { 'Content-Type': undefined }, 415],
    ['another charset', { 'Content-Type': 'application/json; charset=utf-16' }, 415],
    ['a compressed body', { 'Content-Encoding': 'gzip' }, 415],
    ['JSON answers only', { Accept: 'application/json' }, 406],
    ['streams only', { Accept: 'text/event-stream' }, 406],
    ['neither wanted', { Accept: 'application/json;q=0, text/event-stream, */*;q=0' }, 406],
  ];
  for (const [what, headers, status] of types) {
    const answer = await send(served.url, { ...plain, headers: { ...plain.headers, ...headers } });
    assert.equal(answer.status, status, what);
  }
  const charset = { 'Content-Type': 'Application/JSON; charset="UTF-8"', Accept: '*/*' };
  assert.equal((await send(served.url, { ...plain, headers: { ...plain.headers, ...charset } })).status, 200);
  for (const method of ['GET', 'DELETE', 'PUT', 'PATCH']) {
    const answer = await send(served.url, { method, headers: { Accept: 'text/event-stream' } });
    assert.deepEqual([answer.status, answer.headers.allow], [405, 'POST'], method);
  }
  const notice = { jsonrpc: '2.0', method: 'notifications/unheard-of', params: { _meta: modernMeta() } };
  const accepted = await send(served.url, posted(notice, { 'MCP-Protocol-Version': '2026-07-28' }));
  assert.deepEqual([accepted.status, accepted.text], [202, '']);
  assert.equal((await send(served.at('/elsewhere'), plain)).status, 404);
});

test('a message may be spread over lines, and none of its line breaks reaches the server', async (t) => {
  const served = await serve(t);
  const message = JSON.parse(modernPost('tools/call', { name: 'raw', arguments: { text: 'a\nb' } }).body as string);
  const pretty = JSON.stringify(message, null, 2).replaceAll('\n', '\r\n');
  const { headers } = modernPost('tools/call', { name: 'raw' });
  const answer = await send(served.url, { body: `\r\n${pretty}\r\n`, headers: headers! });
  const { text } = answer.json.result.content[0];
  assert.equal(JSON.parse(text).params.arguments.text, 'a\nb');
  assert.doesNotMatch(text, /[\r\n]/);
});

test('a body that is too large is refused before it is read, or where it is', async (t) => {
  const served = await serve(t, { more: 'limits: { max_frame_bytes: 10000 }\n' });
  const { headers } = echo();
  const declared = await open(served.url, { body: 'x'.repeat(20_000), headers: headers! });
  assert.equal(declared.status, 413);
  const chunked = { ...headers, 'Transfer-Encoding': 'chunked' };
  assert.equal((await open(served.url, { body: 'x'.repeat(20_000), headers: chunked })).status, 413);
  assert.equal((await send(served.url, echo())).status, 200);
});
