import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { retryAfter } from '../../../backends/http/retry-after.ts';
import { OtlpReceiver } from '../../../backends/shipping/otlp-receiver.ts';
import { otlpTarget } from '../../../backends/shipping/otlp-target.ts';
import { StdoutReceiver } from '../../../backends/shipping/stdout-receiver.ts';
import { syslogMessage } from '../../../backends/shipping/syslog-message.ts';
import { SyslogReceiver } from '../../../backends/shipping/syslog-receiver.ts';
import { WebhookReceiver } from '../../../backends/shipping/webhook-receiver.ts';
import { signWebhook } from '../../../backends/webhooks/sign.ts';
import type { Batch } from '../../../lib/model/shipping.ts';
import { webhookKey } from '../../../lib/model/webhook-secret.ts';
import { RecordReceiver } from '../../support/audit/record-receiver.ts';
import { endWith } from '../../support/folder.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NEWER = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDAAAA';

function batch(first: number, last: number): Batch {
  const records = [];
  for (let seq = first; seq <= last; seq++)
    records.push({
      seq,
      at: Date.parse('2026-11-21T06:00:02.517Z'),
      kind: 'call',
      subject: 'tools/call',
      severity: 5 as const,
      trace: seq === first ? '4bf92f3577b34da6a3ce929d0e0e4736' : undefined,
      text: `{"v":1,"seq":${seq},"ä":"]"}`,
    });
  return { id: `sp_${first}_${last}`, log: 'audit-host-7-1000', first, last, format: 'native', records };
}

test('a webhook verifies with the reference implementation, by each of its secrets', async (t) => {
  const receiver = await RecordReceiver.start(t);
  const to = { url: receiver.url, secrets: [NEWER, SECRET], headers: { 'X-Team': 'soc' }, allowPrivate: false };
  assert.deepEqual(await new WebhookReceiver(to).send(batch(1, 3)), { kind: 'taken' });
  const { body, headers, log, first, last, records } = receiver.came[0]!;
  for (const secret of [SECRET, NEWER])
    assert.doesNotThrow(() => new Webhook(secret).verify(body, headers as Record<string, string>));
  assert.throws(() => new Webhook(SECRET).verify(body.replace('native', 'n'), headers as Record<string, string>));
  assert.deepEqual([log, first, last, records.length], ['audit-host-7-1000', 1, 3, 3]);
  assert.equal(headers['x-team'], 'soc');
  assert.equal(headers['webhook-id'], 'sp_1_3');
});

test('a secret is 24 to 64 bytes in base64 and nothing else', () => {
  assert.equal(webhookKey(SECRET)!.length, 24);
  for (const bad of ['', 'whsec_', 'whsec_short', SECRET.slice(6), `${SECRET} `, `whsec_${'A'.repeat(92)}`])
    assert.equal(webhookKey(bad), undefined, bad);
  assert.throws(() => signWebhook('id', 1, 'body', ['nothing']), /whsec_/);
});

test('each answer of a webhook means what its status says', async (t) => {
  const receiver = await RecordReceiver.start(t);
  const webhook = new WebhookReceiver({ url: receiver.url, secrets: [SECRET], headers: {}, allowPrivate: false });
  const cases: readonly [number, string, number | undefined][] = [
    [200, 'taken', undefined],
    [204, 'taken', undefined],
    [301, 'later', undefined],
    [400, 'refused', undefined],
    [413, 'refused', undefined],
    [422, 'refused', undefined],
    [401, 'later', 3000],
    [404, 'later', 3000],
    [410, 'later', 3000],
    [429, 'later', 3000],
    [500, 'later', 3000],
    [503, 'later', 3000],
  ];
  for (const [status, kind, afterMs] of cases) {
    receiver.answering = (_batch, response) => {
      response.writeHead(status, { 'Retry-After': '3', Location: 'http://elsewhere.example' }).end();
      return true;
    };
    const receipt = await webhook.send(batch(1, 1));
    assert.equal(receipt.kind, kind, String(status));
    if (receipt.kind === 'later') assert.equal(receipt.afterMs, afterMs, String(status));
  }
});

test('nobody there, and a name that leads into a private network, are for later', async () => {
  const to = { secrets: [SECRET], headers: {}, allowPrivate: false };
  for (const url of ['http://127.0.0.1:1/x', 'http://example.com/x', 'https://ip6-localhost.invalid/'])
    assert.equal((await new WebhookReceiver({ ...to, url }).send(batch(1, 1))).kind, 'later', url);
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-11-21T06:00:00Z');
  assert.equal(retryAfter('120', now), 120_000);
  assert.equal(retryAfter('Sat, 21 Nov 2026 06:00:30 GMT', now), 30_000);
  assert.equal(retryAfter('Sat, 21 Nov 2020 06:00:30 GMT', now), 0);
  for (const none of [undefined, '', 'soon', '-5', '1e3']) assert.equal(retryAfter(none, now) ?? 0, 0);
});

/** A collector that keeps what is posted to it. */
async function collector(t: TestContext, answer = '{}') {
  const posted: { url: string; headers: Record<string, unknown>; body: Record<string, never> }[] = [];
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posted.push({ url: request.url!, headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.setHeader('Content-Type', 'application/json').end(answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endWith(t, async () => void server.close());
  return { posted, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('a collector gets logs by OTLP in JSON', async (t) => {
  const { posted, url } = await collector(t);
  const to = { endpoint: `${url}/`, headers: { 'x-token': 'abc' }, allowPrivate: false };
  assert.deepEqual(await new OtlpReceiver(to, {}).send(batch(4, 5)), { kind: 'taken' });
  const [{ url: path, headers, body }] = posted as [(typeof posted)[number]];
  assert.equal(path, '/v1/logs');
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['x-token'], 'abc');
  const [resource] = (body as never as { resourceLogs: never[] }).resourceLogs as never as {
    resource: { attributes: { key: string; value: Record<string, string> }[] };
    scopeLogs: { logRecords: Record<string, never>[] }[];
  }[];
  const names = resource!.resource.attributes.map(({ key }) => key);
  assert.deepEqual(names, ['service.name', 'service.version']);
  const [first, second] = resource!.scopeLogs[0]!.logRecords as Record<string, unknown>[];
  assert.equal(first!.timeUnixNano, `${Date.parse('2026-11-21T06:00:02.517Z')}000000`);
  assert.deepEqual([first!.severityNumber, first!.severityText], [13, 'WARN']);
  assert.deepEqual(first!.body, { stringValue: '{"v":1,"seq":4,"ä":"]"}' });
  assert.equal(first!.traceId, '4bf92f3577b34da6a3ce929d0e0e4736');
  assert.equal('traceId' in second!, false);
  assert.ok(JSON.stringify(second!.attributes).includes('{"key":"sallyport.seq","value":{"intValue":"5"}}'));
});

test('a collector that rejects some says how many', async (t) => {
  const { url } = await collector(t, '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too old"}}');
  const receiver = new OtlpReceiver({ endpoint: url, headers: {}, allowPrivate: false }, {});
  assert.deepEqual(await receiver.send(batch(1, 2)), { kind: 'partly', why: '1 were rejected: too old' });
});

test('the environment says where logs go before the config does', () => {
  const config = { endpoint: 'https://c.example', headers: { a: '1' }, allowPrivate: false };
  assert.equal(otlpTarget({ ...config, endpoint: undefined }, {}).url, 'http://localhost:4318/v1/logs');
  assert.equal(otlpTarget(config, {}).url, 'https://c.example/v1/logs');
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://e.example/',
    OTEL_EXPORTER_OTLP_HEADERS: 'a=2,b=x%20y,broken',
    OTEL_EXPORTER_OTLP_LOGS_HEADERS: 'b=3',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=prod',
    OTEL_SERVICE_NAME: 'gate',
  };
  const target = otlpTarget(config, environment);
  assert.equal(target.url, 'https://e.example/v1/logs');
  assert.deepEqual(target.headers, { a: '2', b: '3' });
  assert.deepEqual(target.resource, { 'deployment.environment': 'prod', 'service.name': 'gate' });
  const own = otlpTarget(config, { ...environment, OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://l.example/in' });
  assert.equal(own.url, 'https://l.example/in');
});

test('a syslog message has its header, structured data with everything escaped, and the record', () => {
  const [record] = batch(7, 7).records;
  const message = syslogMessage(record!, { log: 'audit-h"]\\-7-1', id: 'sp_1' }, 13);
  assert.match(
    message,
    /^<108>1 2026-11-21T06:00:02\.517Z \S+ sallyport 7 call \[sallyport@32473 log="audit-h\\"\\\]\\\\-7-1" seq="7" batch="sp_1"\] \ufeff\{"v":1,"seq":7,"ä":"\]"\}$/,
  );
});

/** A syslog server that keeps every message, told apart by the counts before them. */
async function syslogServer(t: TestContext, serve: (socket: Socket) => void = () => {}) {
  const messages: string[] = [];
  const server = createServer({ allowHalfOpen: false }, (socket) => {
    const chunks: Buffer[] = [];
    socket.on('error', () => {});
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => {
      let rest = Buffer.concat(chunks);
      while (rest.length > 0) {
        const space = rest.indexOf(' ');
        const length = Number(rest.toString('latin1', 0, space));
        messages.push(rest.toString('utf8', space + 1, space + 1 + length));
        rest = rest.subarray(space + 1 + length);
      }
    });
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endWith(t, async () => void server.close());
  return { messages, url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('a syslog server gets messages by their counts, and they count as taken once it has read them', async (t) => {
  const { messages, url } = await syslogServer(t);
  const receiver = new SyslogReceiver({ url, facility: 13, allowPrivate: false });
  assert.deepEqual(await receiver.send(batch(1, 200)), { kind: 'taken' });
  assert.equal(messages.length, 200);
  assert.ok(messages.every((message) => message.startsWith('<108>1 ')));
});

test('a syslog server that hangs up before it has read everything has not taken it', async (t) => {
  const { url } = await syslogServer(t, (socket) => socket.resetAndDestroy());
  const receiver = new SyslogReceiver({ url, facility: 13, allowPrivate: false });
  assert.equal((await receiver.send(batch(1, 2))).kind, 'later');
  const nobody = new SyslogReceiver({ url: 'tcp://127.0.0.1:1', facility: 13, allowPrivate: false });
  assert.equal((await nobody.send(batch(1, 2))).kind, 'later');
});

test('standard output has one record a line', async () => {
  const out = new PassThrough();
  assert.deepEqual(await new StdoutReceiver(out).send(batch(1, 2)), { kind: 'taken' });
  assert.equal(out.read().toString(), '{"v":1,"seq":1,"ä":"]"}\n{"v":1,"seq":2,"ä":"]"}\n');
});
