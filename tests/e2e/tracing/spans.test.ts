import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERAS, openFixture } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { upstream } from '../../support/mcp/upstream.ts';
import { Collector } from '../../support/watching/collector.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PARENT = `00-${TRACE}-${SPAN}-01`;
/** The environment of whoever runs the tests decides nothing. */
const PLAIN = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => name.startsWith('OTEL_'))
    .map((name) => [name, undefined]),
);

function traced(collector: Collector, more: Message = {}): string {
  return `version: 1\ntelemetry: ${JSON.stringify({ otlp_endpoint: collector.url, ...more })}\n`;
}

function callsOf(messages: readonly Message[], tool: string): Message[] {
  return messages.filter(({ method, params }) => method === 'tools/call' && params.name === tool);
}

for (const era of ERAS) {
  test(`a ${era} client's trace goes on in both spans and in what its server is sent`, async (t) => {
    const collector = await Collector.open(t);
    const gateway = await openFixture(t, era, [], { config: traced(collector), env: PLAIN });
    const meta = { ...gateway.meta, traceparent: PARENT, tracestate: 'acme=1', baggage: 'user=ana', 'x.y/z': [1] };
    const params = { name: 'echo', arguments: { text: 'hello' }, _meta: { progressToken: 'p', ...meta } };
    const answer = await gateway.ask('tools/call', params, 'seven');
    assert.equal(answer.error, undefined);
    const { server, client } = await collector.pair('tools/call echo');
    assert.deepEqual([server.traceId, server.parentSpanId, server.traceState], [TRACE, SPAN, 'acme=1']);
    assert.deepEqual([client.traceId, client.parentSpanId], [TRACE, server.spanId]);
    assert.ok(client.startNs >= server.startNs && client.endNs <= server.endNs);
    const { 'sallyport.decision.id': id, 'mcp.protocol.version': revision, ...attributes } = server.attributes;
    assert.match(id, /\S/);
    assert.match(revision, /^20\d\d-/);
    assert.deepEqual(attributes, {
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'echo',
      'jsonrpc.request.id': 'seven',
      'network.transport': 'pipe',
      'sallyport.backend': 'server',
      'sallyport.client': 'local',
      'sallyport.decision': 'allow',
    });
    const [sent] = callsOf(await upstream(gateway), 'echo');
    assert.deepEqual(client.attributes, {
      'mcp.method.name': 'tools/call',
      'mcp.protocol.version': era === 'legacy' ? '2025-11-25' : '2026-07-28',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'echo',
      'jsonrpc.request.id': String(sent.id),
      'network.transport': 'pipe',
      'sallyport.backend': 'server',
    });
    const { traceparent, tracestate, baggage, progressToken, 'x.y/z': own } = sent.params._meta;
    assert.deepEqual([traceparent, tracestate], [`00-${TRACE}-${client.spanId}-01`, 'acme=1']);
    assert.deepEqual([baggage, own, typeof progressToken], [undefined, [1], 'number']);
    assert.deepEqual(sent.params.arguments, { text: 'hello' });
    assert.deepEqual(collector.faults, []);
    assert.equal(collector.resources[0]?.['service.name'], 'sallyport');
    assert.ok(collector.spans.every((span) => !('gen_ai.tool.call.arguments' in span.attributes)));
  });
}

test('a refusal is one span with its code and its rule, and nothing is told of a backend', async (t) => {
  const collector = await Collector.open(t);
  const config = `${traced(collector)}policies: { tools: { "*/echo": { action: deny } } }\n`;
  const gateway = await openFixture(t, 'legacy', [], { config, env: PLAIN });
  await gateway.call('echo', {});
  await gateway.call('no_such_tool', {});
  const isRefused = ({ name }: { name: string }) => name.startsWith('tools/call');
  const spans = (await collector.until((all) => all.filter(isRefused).length >= 2)).filter(isRefused);
  assert.deepEqual(
    spans.map(({ kind, status, parentSpanId }) => [kind, status, parentSpanId]),
    [
      [2, 2, ''],
      [2, 2, ''],
    ],
  );
  const [denied, unknown] = spans.map(({ attributes }) => attributes);
  assert.equal(denied!['sallyport.decision'], 'deny');
  assert.match(denied!['sallyport.code'], /^SP3\d{3}$/);
  assert.equal(denied!['error.type'], denied!['sallyport.code']);
  assert.match(denied!['sallyport.rule'], /^policies\.tools/);
  assert.equal(unknown!['error.type'], 'SP8020');
  const codes = [denied, unknown].map((attributes) => attributes!['rpc.response.status_code']);
  assert.deepEqual(codes, ['-32602', '-32602'], 'what is hidden is told as what is unknown');
});

test('without a config for it nothing is loaded, nothing of `_meta` changes and nobody is told', async (t) => {
  const collector = await Collector.open(t);
  const env = { ...PLAIN, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const gateway = await openFixture(t, 'legacy', [], { config: 'version: 1\n', env });
  const _meta = { traceparent: PARENT, baggage: 'a=b' };
  await gateway.ask('tools/call', { name: 'echo', arguments: {}, _meta });
  assert.deepEqual(callsOf(await upstream(gateway), 'echo')[0].params._meta, _meta);
  await gateway.end();
  assert.equal(collector.headers.length, 0);
});

test('what is hostile in a context makes a trace of our own, and never reaches a server', async (t) => {
  const collector = await Collector.open(t);
  const gateway = await openFixture(t, 'legacy', [], { config: traced(collector), env: PLAIN });
  const hostile: Message[] = [
    { traceparent: `00-${'0'.repeat(32)}-${SPAN}-01` },
    { traceparent: `00-${TRACE.toUpperCase()}-${SPAN}-01` },
    { traceparent: `${PARENT}-more` },
    { traceparent: 'x'.repeat(1_000_000), tracestate: 'y'.repeat(1_000_000) },
    { traceparent: { not: 'text' }, tracestate: 7, baggage: null },
    { TraceParent: PARENT, TRACESTATE: 'a=1', Baggage: 'b' },
    { tracestate: 'a=1' },
  ];
  for (const [index, _meta] of hostile.entries()) {
    await gateway.ask('tools/call', { name: 'echo', arguments: { index }, _meta });
  }
  const twice = `{"jsonrpc":"2.0","id":"twice","method":"tools/call","params":{"name":"echo","arguments":{"index":99},"_meta":{"traceparent":"${PARENT}","traceparent":"${PARENT}"}}}`;
  gateway.send(twice);
  assert.ok((await gateway.reply('twice')).error, 'two members of one name are refused');
  const sent = callsOf(await upstream(gateway), 'echo');
  assert.equal(sent.length, hostile.length);
  for (const { params } of sent) {
    assert.deepEqual(Object.keys(params._meta), ['traceparent']);
    assert.match(params._meta.traceparent, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    assert.ok(!params._meta.traceparent.includes(TRACE));
  }
  const spans = await collector.until((all) => all.filter(({ name }) => name === 'tools/call echo').length >= 14);
  assert.ok(spans.every(({ traceState, links }) => traceState === '' && links.length === 0));
});

test('variables of OpenTelemetry go before the config: where, with which headers, under which name, how many', async (t) => {
  const [asked, other] = [await Collector.open(t), await Collector.open(t)];
  const env = {
    ...PLAIN,
    OTEL_EXPORTER_OTLP_ENDPOINT: `${asked.url}/`,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20collector-key',
    OTEL_SERVICE_NAME: 'desk',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
    OTEL_TRACES_SAMPLER: 'parentbased_always_off',
  };
  const gateway = await openFixture(t, 'legacy', [], { config: traced(other), env });
  await gateway.call('echo', { index: 1 });
  await gateway.ask('tools/call', { name: 'echo', arguments: { index: 2 }, _meta: { traceparent: PARENT } });
  const { server } = await asked.pair('tools/call echo');
  assert.equal(server.traceId, TRACE, 'only the trace its client records is recorded');
  assert.equal(asked.headers[0]!.authorization, 'Bearer collector-key');
  assert.equal(asked.resources[0]!['service.name'], 'desk');
  assert.equal(asked.resources[0]!['deployment.environment'], 'test');
  const flags = callsOf(await upstream(gateway), 'echo').map(({ params }) => params._meta.traceparent.slice(-2));
  assert.deepEqual(flags, ['00', '01']);
  await gateway.end();
  assert.equal(other.headers.length, 0);
});

test('OTEL_SDK_DISABLED turns traces off', async (t) => {
  const collector = await Collector.open(t);
  const env = { ...PLAIN, OTEL_SDK_DISABLED: 'true' };
  const gateway = await openFixture(t, 'legacy', [], { config: traced(collector), env });
  await gateway.ask('tools/call', { name: 'echo', arguments: {}, _meta: { traceparent: PARENT } });
  assert.equal(callsOf(await upstream(gateway), 'echo')[0].params._meta.traceparent, PARENT);
  await gateway.end();
  assert.equal(collector.headers.length, 0);
});

test('arguments are told only where that is configured, and never with a secret in them', async (t) => {
  const collector = await Collector.open(t);
  const env = { ...PLAIN, API_PASSWORD: 'correct-horse-battery' };
  const config = `${traced(collector, { capture_arguments: true })}policies: { block_patterns: ["\${API_PASSWORD}-x"] }\n`;
  const gateway = await openFixture(t, 'legacy', [], { config, env });
  await gateway.call('echo', { text: 'pay 5 to correct-horse-battery', 'quote"': '\u202e' });
  const { server } = await collector.pair('tools/call echo');
  const told = String(server.attributes['gen_ai.tool.call.arguments']);
  assert.match(told, /pay 5 to/);
  assert.ok(!told.includes('correct-horse'), told);
  assert.ok(!told.includes('\u202e'), told);
});

for (const answer of ['refuses', 'silence'] as const) {
  test(`a collector that ${answer === 'silence' ? 'never answers' : 'refuses everything'} holds up no call and no end`, async (t) => {
    const collector = await Collector.open(t, answer);
    const config = `${traced(collector)}log: { file: stderr }\n`;
    const gateway = await openFixture(t, 'legacy', [], { config, env: PLAIN });
    for (let index = 0; index < 300; index++) await gateway.call('echo', { index });
    await collector.when(() => collector.headers.length > 0);
    const { code } = await gateway.end();
    assert.equal(code, 0);
    assert.ok(
      gateway.lines.every((line) => line.startsWith('{"jsonrpc"')),
      'standard output is frames alone',
    );
    assert.match(gateway.stderr, /spans_lost/);
  });
}

for (const [era, serverEra] of [
  ['legacy', 'modern'],
  ['modern', 'legacy'],
] as const) {
  test(`the error of a ${serverEra} server is in both spans, each with the id and the revision of its side`, async (t) => {
    const collector = await Collector.open(t);
    const flags = ['--refuse', 'resources/read'];
    const gateway = await openFixture(t, era, flags, { config: traced(collector), env: PLAIN, serverEra });
    const uri = 'file:///a.txt';
    const { error } = await gateway.ask('resources/read', { uri, _meta: { ...gateway.meta } }, 'mine');
    assert.equal(error.code, -32000);
    const { server, client } = await collector.pair('resources/read');
    const [sent] = (await upstream(gateway)).filter(({ method }) => method === 'resources/read');
    const revisions = { legacy: '2025-11-25', modern: '2026-07-28' };
    const told = ({ attributes }: typeof server) => [
      attributes['jsonrpc.request.id'],
      attributes['mcp.protocol.version'],
      attributes['rpc.response.status_code'],
      attributes['error.type'],
    ];
    assert.deepEqual(told(server), ['mine', revisions[era], '-32000', '-32000']);
    assert.deepEqual(told(client), [String(sent.id), revisions[serverEra], '-32000', '-32000']);
    assert.deepEqual([server.status, client.status], [2, 2]);
  });
}

test('a refusal is in the span of the client with the code it is told, and without one where it is told a result', async (t) => {
  const collector = await Collector.open(t);
  const config = `${traced(collector)}policies: { block_patterns: ["forbidden-word"] }\n`;
  const gateway = await openFixture(t, 'legacy', [], { config, env: PLAIN });
  const { error } = await gateway.ask('prompts/get', { name: 'greet', arguments: { who: 'forbidden-word' } });
  const called = await gateway.call('echo', { text: 'forbidden-word' });
  assert.ok(error.code < 0 && called.result.isError, JSON.stringify([error, called]));
  const names = ['prompts/get greet', 'tools/call echo'];
  const spans = await collector.until((all) => names.every((name) => all.some((span) => span.name === name)));
  const told = names.map((name) => spans.filter((span) => span.name === name));
  assert.deepEqual(
    told.map((of) => of.map(({ kind, attributes }) => [kind, attributes['rpc.response.status_code']])),
    [[[2, String(error.code)]], [[2, undefined]]],
  );
});
