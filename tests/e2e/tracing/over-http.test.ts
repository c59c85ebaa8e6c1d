import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { modernPost, posted, send } from '../../support/http/http.ts';
import { LegacyHttp } from '../../support/http/legacy-http.ts';
import { modernMeta } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { logged } from '../../support/mcp/upstream.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';
import { serve } from '../../support/program/serve.ts';
import { Collector } from '../../support/watching/collector.ts';

const INNER = { trace: 'a'.repeat(32), span: '1'.repeat(16) };
const OUTER = { trace: 'b'.repeat(32), span: '2'.repeat(16) };
const said = ({ trace, span }: typeof INNER) => `00-${trace}-${span}-01`;
const pointed = ({ trace, span }: typeof INNER) => ({ traceId: trace, spanId: span });

async function scene(t: TestContext, more: Message = {}, era = 'modern') {
  const collector = await Collector.open(t);
  const home = temporaryFolder(t);
  const log = join(home, 'received.log');
  const telemetry = `telemetry: ${JSON.stringify({ otlp_endpoint: collector.url, ...more })}\n`;
  const backends = fixtureBackend('fix', ['--era', era, '--log', log]);
  const served = await serve(t, { home, backends, more: telemetry });
  const sent = () =>
    logged(log).filter(({ method, params }) => method === 'tools/call' && params.name === 'echo')[0].params._meta;
  return { collector, served, sent };
}

test('a trace that comes over HTTP is pointed at, in the message and in the header, and is no parent', async (t) => {
  const { collector, served, sent } = await scene(t);
  const _meta = { ...modernMeta(), traceparent: said(INNER), tracestate: 'a=1' };
  const request = modernPost('tools/call', { name: 'echo', arguments: {}, _meta }, { traceparent: said(OUTER) });
  assert.equal((await send(served.url, request)).status, 200);
  const { server, client } = await collector.pair('tools/call echo');
  assert.equal(server.parentSpanId, '');
  assert.ok(![INNER.trace, OUTER.trace].includes(server.traceId));
  assert.deepEqual(
    server.links.map(({ traceId, spanId }) => ({ traceId, spanId })),
    [pointed(INNER), pointed(OUTER)],
  );
  assert.equal(server.attributes['network.transport'], 'tcp');
  assert.equal(client.attributes['network.transport'], 'pipe');
  const { traceparent, tracestate } = sent();
  assert.deepEqual([traceparent, tracestate], [`00-${server.traceId}-${client.spanId}-01`, undefined]);
});

test('where callers are trusted, the message says the parent and the header is pointed at', async (t) => {
  const { collector, served } = await scene(t, { trust_callers: true });
  const _meta = { ...modernMeta(), traceparent: said(INNER) };
  await send(
    served.url,
    modernPost('tools/call', { name: 'echo', arguments: {}, _meta }, { traceparent: said(OUTER) }),
  );
  const { server } = await collector.pair('tools/call echo');
  assert.deepEqual([server.traceId, server.parentSpanId], [INNER.trace, INNER.span]);
  assert.deepEqual(
    server.links.map(({ traceId }) => traceId),
    [OUTER.trace],
  );
});

test('a header that stands twice says nothing', async (t) => {
  const { collector, served } = await scene(t, { trust_callers: true });
  const request = posted(
    { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'echo', arguments: {}, _meta: modernMeta() } },
    {
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'tools/call',
      'Mcp-Name': 'echo',
      traceparent: [said(INNER), said(OUTER)],
    },
  );
  assert.equal((await send(served.url, request)).status, 200);
  const { server } = await collector.pair('tools/call echo');
  assert.deepEqual([server.parentSpanId, server.links.length], ['', 0]);
});

test('each request of a legacy session has the trace of its own headers', async (t) => {
  const { collector, served } = await scene(t, { trust_callers: true }, 'legacy');
  const client = new LegacyHttp(served.url);
  await client.initialize();
  const { status } = await client.post(
    { jsonrpc: '2.0', id: 5, method: 'tools/call', params: { name: 'echo', arguments: {} } },
    { traceparent: said(OUTER) },
  );
  assert.equal(status, 200);
  const { server } = await collector.pair('tools/call echo');
  assert.deepEqual([server.traceId, server.parentSpanId], [OUTER.trace, OUTER.span]);
});
