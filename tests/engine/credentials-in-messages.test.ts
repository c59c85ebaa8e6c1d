import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineFront } from '../support/engine/engine-front.ts';
import { modernPost, send } from '../support/http/http.ts';
import { LegacyHttp } from '../support/http/legacy-http.ts';
import { modernMeta } from '../support/mcp/eras.ts';

const KEY = 'dev.sallyport/token';
const TOKEN = 'a-token-that-is-for-the-gateway-alone';
const TOOLS = [{ name: 'a', inputSchema: { type: 'object' } }];

test('over HTTP a credential in a modern message proves nobody, and reaches neither the server nor the log', async (t) => {
  const { url, engine } = await engineFront(t, { era: 'modern' });
  engine.server.tools = TOOLS;
  const params = { name: 'a', arguments: {}, _meta: { ...modernMeta(), [KEY]: TOKEN } };
  const { json } = await send(url, modernPost('tools/call', params));
  assert.equal(json.result.content[0].text, 'done');
  assert.ok(!JSON.stringify([engine.server.messages, engine.audit.records]).includes(TOKEN));
  const closed = await engineFront(t, { era: 'modern', clients: ['ci'] });
  const shown = { name: 'a', _meta: { ...modernMeta(), [KEY]: 'ci-has-a-long-key' } };
  assert.equal((await send(closed.url, modernPost('tools/call', shown))).status, 401);
});

test('over HTTP a credential in a legacy message, or in one of a batch, reaches neither the server nor the log', async (t) => {
  const { url, engine } = await engineFront(t);
  engine.server.tools = TOOLS;
  const client = new LegacyHttp(url);
  await client.initialize({ protocolVersion: '2025-03-26', _meta: { [KEY]: TOKEN } });
  const meta = { [KEY]: TOKEN, kept: 1 };
  const alone = await client.post(client.callOf('a', {}, 5, meta));
  assert.equal(alone.json.result.content[0].text, 'done');
  const batch = [
    client.callOf('a', {}, 6, meta),
    { jsonrpc: '2.0', method: 'notifications/progress', params: { _meta: meta } },
  ];
  const together = await client.post(batch);
  assert.equal(together.json[0].result.content[0].text, 'done');
  const received = JSON.stringify(engine.server.messages);
  assert.equal(received.match(/"kept":1/g)?.length, 2);
  assert.ok(!received.includes(TOKEN) && !JSON.stringify(engine.audit.records).includes(TOKEN));
});
