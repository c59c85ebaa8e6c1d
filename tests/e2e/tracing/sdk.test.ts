import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { ANSWERS } from '../../support/mcp/everything-surface.ts';
import { GENERATIONS } from '../../support/mcp/sdk.ts';
import { CLI } from '../../support/paths.ts';
import { fixtureBackend, isolatedHome } from '../../support/program/gateway.ts';
import { Collector } from '../../support/watching/collector.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

for (const [generation, connect] of Object.entries(GENERATIONS)) {
  test(`the trace of an SDK ${generation} client goes through the gateway to a server that says what it was sent`, async (t) => {
    const collector = await Collector.open(t);
    const home = temporaryFolder(t);
    const config = join(home, 'traced.yaml');
    const telemetry = JSON.stringify({ otlp_endpoint: collector.url });
    writeFileSync(config, `version: 1\ntelemetry: ${telemetry}\nbackends:\n${fixtureBackend('fix')}`);
    const env = { ...isolatedHome(home), PATH: process.env.PATH! };
    const args = [CLI, 'run', '--config', config];
    const client = await connect({ command: process.execPath, args, env, answers: ANSWERS });
    t.after(() => client.close());
    const _meta = { traceparent: `00-${TRACE}-${SPAN}-01`, tracestate: 'rojo=1', 'example.com/own': 7 };
    const answer = await client.request('tools/call', { name: 'raw', arguments: {}, _meta });
    const sent = JSON.parse(answer.content[0].text).params._meta;
    const span = await collector.pair('tools/call raw');
    assert.deepEqual([span.server.traceId, span.server.parentSpanId], [TRACE, SPAN]);
    assert.deepEqual([span.client.traceId, span.client.parentSpanId], [TRACE, span.server.spanId]);
    assert.equal(sent.traceparent, `00-${TRACE}-${span.client.spanId}-01`);
    assert.deepEqual([sent.tracestate, sent['example.com/own']], ['rojo=1', 7]);
  });
}
