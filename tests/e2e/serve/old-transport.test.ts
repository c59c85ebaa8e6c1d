import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HttpResponse, open, posted, send } from '../../support/http/http.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { serve } from '../../support/program/serve.ts';
import { childrenOf, found } from '../../support/program/survivors.ts';

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

async function listen(url: string): Promise<{ stream: HttpResponse; endpoint: string }> {
  const stream = await open(url, { method: 'GET', headers: { Accept: 'text/event-stream' } });
  assert.equal(stream.status, 200);
  await stream.when(() => stream.events.length > 0);
  const [first] = stream.events;
  assert.equal(first!.event, 'endpoint');
  return { stream, endpoint: new URL(first!.data, url).href };
}

test('the transport of 2024-11-05 is there where it is switched on, with one stream for everything', async (t) => {
  const server = { legacy_sse: true, public_url: 'https://mcp.acme.example/team/mcp' };
  const served = await serve(t, { server });
  const { stream, endpoint } = await listen(served.at('/sse'));
  assert.match(endpoint, /\/team\/messages\?session_id=[\w-]{43}$/, 'as the proxy in front shows it');
  const messages = endpoint.replace('/team', '');
  const say = (message: Message) => send(messages, posted(message));
  const accepted = await say(INITIALIZE);
  assert.deepEqual([accepted.status, accepted.text], [202, '']);
  const { result } = await stream.message(({ id }) => id === 1);
  assert.equal(result.protocolVersion, '2024-11-05');
  await say({ jsonrpc: '2.0', method: 'notifications/initialized' });
  const params = { name: 'slow', arguments: { ms: 60, steps: 2 }, _meta: { progressToken: 'p' } };
  await say({ jsonrpc: '2.0', id: 'call', method: 'tools/call', params });
  await stream.message(({ id }) => id === 'call');
  assert.deepEqual(
    stream.messages.slice(1).map(({ method, id }) => method ?? id),
    ['notifications/progress', 'notifications/progress', 'call'],
  );
  assert.equal((await say('{"jsonrpc":')).status, 400);
  assert.equal((await send(messages, { ...posted({}), headers: { 'Content-Type': 'text/plain' } })).status, 415);
  for (const unknown of [messages.slice(0, -1), served.at('/messages'), served.at('/messages?session_id=')]) {
    assert.equal((await send(unknown, posted(INITIALIZE))).status, 404);
  }
  const session = new URL(messages).searchParams.get('session_id')!;
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
  assert.equal((await send(served.url, posted(list, { 'Mcp-Session-Id': session }))).status, 404, 'no way around');
  assert.equal((await send(served.at('/messages'), { method: 'GET' })).status, 405);
  assert.equal((await send(served.at('/sse'), posted(INITIALIZE))).status, 405);
  const backends = () => childrenOf(served.pid).length;
  const running = backends();
  stream.close();
  await found(() => backends() < running || undefined, 30_000, 'the end of the backend');
  assert.equal((await say(list)).status, 404, 'the session ends with its stream');
});
