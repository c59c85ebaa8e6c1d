import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { json, RawHttp } from '../../support/http/raw-http.ts';
import { modernMeta } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { GatewayPeer, UNPINNED } from '../../support/program/gateway.ts';

const COMPLETE = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };

/** A tool that wants `region` repeated in a header of this name. */
function query(header: string): Message {
  const region = { type: 'string', 'x-mcp-header': header };
  const where = { type: 'object', properties: { region, city: { type: 'string' } } };
  return { name: 'query', inputSchema: { type: 'object', properties: { where, limit: { type: 'integer' } } } };
}

/** A modern server with these tools that checks what it is sent as a correct one does. */
function modernServer(t: TestContext, tools: () => Message[]): RawHttp {
  const far = new RawHttp(t);
  far.on(
    ({ message }) => message !== undefined,
    ({ message, response }) => {
      const error = { code: -32601, message: 'Method not found' };
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, error }));
    },
  );
  const answers: Record<string, () => Message> = {
    'server/discover': () => ({ supportedVersions: ['2026-07-28'], capabilities: { tools: {}, resources: {} } }),
    'tools/list': () => ({ tools: tools() }),
    'tools/call': () => ({ content: [{ type: 'text', text: 'done' }] }),
    'resources/read': () => ({ contents: [] }),
  };
  for (const [method, answer] of Object.entries(answers)) {
    far.onMessage(method, (received) => json(received, { ...COMPLETE, ...answer() }));
  }
  return far;
}

async function gatewayTo(t: TestContext, servers: Readonly<Record<string, RawHttp>>): Promise<GatewayPeer> {
  const entries = await Promise.all(
    Object.entries(servers).map(
      async ([name, far]) => `  - { name: ${name}, url: "${await far.listen()}", era: modern }\n`,
    ),
  );
  const gateway = new GatewayPeer(t, 'run', [], { config: `${UNPINNED}backends:\n${entries.join('')}` });
  gateway.meta = modernMeta();
  return gateway;
}

test('57: what is renamed on the way to an HTTP backend has the headers of its new name', async (t) => {
  const bad = {
    name: 'bad',
    inputSchema: { type: 'object', properties: { a: { type: 'object', 'x-mcp-header': 'A' } } },
  };
  const one = modernServer(t, () => [query('Region'), bad]);
  const two = modernServer(t, () => []);
  const gateway = await gatewayTo(t, { one, two });
  const { tools } = (await gateway.ask('tools/list')).result;
  assert.deepEqual(
    tools.map(({ name }: Message) => name),
    ['one__query'],
    'a tool whose headers cannot be sent is left out',
  );

  const region = 'Zürich ';
  const called = await gateway.call('one__query', { where: { region, city: 'x' }, limit: 5 });
  assert.equal(called.result?.isError, undefined, JSON.stringify(called));
  const call = await one.gotMessage('tools/call');
  assert.equal(call.message.params.name, 'query');
  assert.deepEqual(
    Object.entries(call.headers).filter(([name]) => name.startsWith('mcp-')),
    [
      ['mcp-protocol-version', '2026-07-28'],
      ['mcp-method', 'tools/call'],
      ['mcp-name', 'query'],
      ['mcp-param-region', `=?base64?${Buffer.from(region).toString('base64')}?=`],
    ],
  );
  await gateway.call('one__query', { where: null });
  assert.equal((await one.gotMessage('tools/call')).headers['mcp-param-region'], undefined);

  await gateway.ask('resources/read', { uri: 'one+file:///ä.txt' });
  const read = await one.gotMessage('resources/read');
  assert.equal(read.message.params.uri, 'file:///ä.txt');
  assert.equal(read.headers['mcp-name'], `=?base64?${Buffer.from('file:///ä.txt').toString('base64')}?=`);
  assert.equal(two.received.filter(({ message }) => /call|read/.test(message?.method)).length, 0);
});

test('57: a server that wants other headers than it listed is asked for its tools again, and called once more', async (t) => {
  let header = 'Old';
  const far = modernServer(t, () => [query(header)]);
  far.on(
    ({ message, headers }) => message?.method === 'tools/call' && headers['mcp-param-new'] === undefined,
    ({ message, response }) => {
      header = 'New';
      response.writeHead(400, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, error: { code: -32020, message: 'mismatch' } }));
    },
  );
  const gateway = await gatewayTo(t, { far });
  await gateway.ask('tools/list');
  const answer = await gateway.call('query', { where: { region: 'eu' }, limit: 1 });
  assert.equal(answer.result?.content[0].text, 'done', JSON.stringify(answer));
  const calls = far.received.filter(({ message }) => message?.method === 'tools/call');
  assert.deepEqual(
    calls.map(({ headers }) => [headers['mcp-param-old'], headers['mcp-param-new']]),
    [
      ['eu', undefined],
      [undefined, 'eu'],
    ],
  );
});
