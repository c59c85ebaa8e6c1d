import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERAS } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { AskedCollector, shipped, traced } from '../../support/watching/asked-collector.ts';

const SPAN = 'b7ad6b7169203331';
const ALLOWED = '0af7651916cd43dd8448eb211c80319c';
const FAILED = '4bf92f3577b34da6a3ce929d0e0e4736';
const DENIED = '5b8efff798038103d269b633813fc60c';
const DENYING = 'policies: { tools: { "*/list_services": { action: deny } } }\n';

function parent(trace: string): string {
  return `00-${trace}-${SPAN}-01`;
}

/** What every span of a call of `tool` says, by the conventions for MCP. */
function ofCall(tool: string): Message {
  return {
    'mcp.method.name': 'tools/call',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': tool,
    'network.transport': 'pipe',
    'sallyport.backend': 'collector',
  };
}

for (const era of ERAS) {
  test(`a collector made by others tells a ${era} client of its calls through the gateway, spans and records together`, async (t) => {
    const collector = await AskedCollector.open(t, era, (url) => traced(url) + shipped(url) + DENYING);
    await collector.within(parent(ALLOWED), 'backend_health', {});
    const failed = await collector.within(parent(FAILED), 'search_spans', { limit: -1 });
    assert.equal(failed.result.isError, true, JSON.stringify(failed));
    await collector.within(parent(DENIED), 'list_services', {});

    const { spans, logs } = await collector.told(ALLOWED, 2, 2);
    const [server, client] = spans as [Message, Message];
    assert.deepEqual(
      [server, client].map(({ operationName, serviceName, statusCode }) => [operationName, serviceName, statusCode]),
      [
        ['tools/call backend_health', 'sallyport', 'UNSET'],
        ['tools/call backend_health', 'sallyport', 'UNSET'],
      ],
    );
    assert.deepEqual([server.parentSpanId, client.parentSpanId], [SPAN, server.spanId]);
    assert.ok(client.startTimeUnixMs >= server.startTimeUnixMs && client.durationMs <= server.durationMs + 1);
    const said = [server, client].map(({ tags: { 'jsonrpc.request.id': id, 'mcp.protocol.version': revision } }) => {
      assert.match(id, /^\d+$/);
      return revision;
    });
    const spoken = era === 'legacy' ? '2025-11-25' : '2026-07-28';
    assert.deepEqual(said, [spoken, spoken]);
    const [tags, asked] = [server, client].map(
      ({ tags: { 'jsonrpc.request.id': _id, 'mcp.protocol.version': _revision, ...rest } }) => rest,
    );
    assert.deepEqual(asked, ofCall('backend_health'));
    const { 'sallyport.decision.id': id, ...named } = tags;
    assert.deepEqual(named, {
      ...ofCall('backend_health'),
      'sallyport.decision': 'allow',
      'sallyport.client': 'local',
    });
    const records = logs.map(({ body }) => JSON.parse(body));
    assert.deepEqual(
      records.map(({ kind, id: of, trace }) => [kind, of, trace]),
      [
        ['done', id, ALLOWED],
        ['call', id, ALLOWED],
      ],
      'what the span names as its decision is what was recorded of the trace',
    );

    for (const span of (await collector.told(FAILED, 2, 2)).spans)
      assert.deepEqual([span.statusCode, span.tags['error.type']], ['ERROR', 'tool_error']);

    const refused = await collector.told(DENIED, 1, 1);
    assert.deepEqual([refused.spans.length, refused.logs.length], [1, 1]);
    const { statusCode, parentSpanId, tags: why } = refused.spans[0]!;
    assert.deepEqual([statusCode, parentSpanId, why['sallyport.decision']], ['ERROR', SPAN, 'deny']);
    assert.match(why['sallyport.rule'], /^policies\.tools/);
    const { severityText, body } = refused.logs[0]!;
    assert.deepEqual([severityText, JSON.parse(body).code], ['WARN', why['sallyport.code']]);
  });
}
