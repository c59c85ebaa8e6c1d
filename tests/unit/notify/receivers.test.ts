import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { retryAfter } from '../../../backends/http/retry-after.ts';
import { PagerDutySink } from '../../../backends/notify/pagerduty.ts';
import { NotTaken, type Sink } from '../../../backends/notify/sink.ts';
import { SlackSink } from '../../../backends/notify/slack.ts';
import { WebhookSink } from '../../../backends/notify/webhook.ts';
import type { Notice } from '../../../lib/model/notice.ts';
import { Receiver, type Receiving } from '../../support/watching/receiver.ts';

const SECRETS = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'];
const ground = { mask: (text: string) => text.replaceAll('s3cr3tpath', '[masked]'), now: () => Date.now() };

interface PagerDutyEvent {
  readonly client: string;
  readonly event_action: string;
  readonly dedup_key: string;
  readonly payload: { readonly severity: string; readonly summary: string };
}

const NOTICE: Notice = {
  id: 'msg_1',
  type: 'alert.fired',
  atMs: Date.UTC(2026, 10, 22, 3, 0, 0),
  key: 'sallyport/run/rule/about/since',
  severity: 'high',
  title: '[high] rule: 21 denied calls within 5 min',
  lines: ['Condition: denied > 20 in 5m'],
  data: { alert: 'rule', count: 21 },
};

async function whyNot(sink: Sink, notice = NOTICE): Promise<NotTaken> {
  try {
    const { said } = await sink.send(notice);
    assert.fail(`it was taken: ${said}`);
  } catch (error) {
    assert.ok(error instanceof NotTaken, String(error));
    assert.ok(!error.message.includes('s3cr3tpath'), error.message);
    return error;
  }
}

const webhookAt = (url: string, secrets = [SECRETS[0]!]) =>
  new WebhookSink({ url, secrets, allowPrivate: false }, ground);

test('a webhook is signed as Standard Webhooks says: its verifier takes it, under every secret, and nothing else', async (t) => {
  const receiver = await Receiver.start(t);
  await webhookAt(receiver.url, SECRETS).send(NOTICE);
  const [{ headers, body }] = receiver.received as [Receiver['received'][number]];
  for (const secret of SECRETS) {
    const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
    assert.deepEqual(verified, {
      type: 'alert.fired',
      timestamp: '2026-11-22T03:00:00.000Z',
      data: {
        key: NOTICE.key,
        severity: 'high',
        title: NOTICE.title,
        lines: NOTICE.lines,
        alert: 'rule',
        count: 21,
      },
    });
  }
  assert.equal(headers['webhook-id'], 'msg_1');
  assert.equal(headers['content-type'], 'application/json');
  const verify = (secret: string, text: string, changed: Record<string, string> = {}) =>
    new Webhook(secret).verify(text, { ...(headers as Record<string, string>), ...changed });
  assert.throws(() => verify('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', body), /matching signature/);
  assert.throws(() => verify(SECRETS[0]!, body.replace('21', '22')), /matching signature/);
  assert.throws(() => verify(SECRETS[0]!, body, { 'webhook-id': 'msg_2' }), /matching signature/);
});

test('Slack gets one text in which nothing acts: no mention, no link, no mark-up, no preview', async (t) => {
  const receiver = await Receiver.start(t);
  const sink = new SlackSink({ url: receiver.url, allowPrivate: false }, ground);
  const title =
    '<!channel> <@U123> @here *b* _i_ ~s~ `c` <https://evil.example|click> https://evil.example mailto:x & a_b';
  await sink.send({ ...NOTICE, title, lines: ['second', `${'x'.repeat(5000)}`] });
  const [{ text, ...rest }] = receiver.bodies as [Record<string, string>];
  assert.deepEqual(rest, { mrkdwn: false, parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false });
  const [first, second, third] = text!.split('\n') as [string, string, string];
  assert.equal(
    first,
    '&lt;!channel&gt; &lt;＠U123&gt; ＠here ∗b∗ ＿i＿ ∼s∼ ˋcˋ &lt;https:∕∕evil.example|click&gt; https:∕∕evil.example mailto∶x &amp; a_b',
  );
  assert.equal(second, 'second');
  assert.ok(third.length < 3000);
  assert.ok(!/[<>*~`@]|:\/\//.test(text!));
});

test('PagerDuty gets the exact shape of its events, and the same key at the beginning and the end', async (t) => {
  const receiver = await Receiver.start(t);
  const config = { url: receiver.url, routingKey: 'R0123456789ABCDEF', allowPrivate: false };
  const sink = new PagerDutySink(config, 'host1', ground);
  for (const severity of ['low', 'medium', 'high', 'critical'] as const) await sink.send({ ...NOTICE, severity });
  await sink.send({ ...NOTICE, type: 'alert.resolved', title: 'x'.repeat(5000) });
  const [low, medium, high, critical, resolved] = receiver.bodies as unknown as PagerDutyEvent[];
  assert.deepEqual(
    [low, medium, high, critical].map((event) => event!.payload.severity),
    ['info', 'warning', 'error', 'critical'],
  );
  const { client, ...event } = high!;
  assert.match(client, /^Sallyport /);
  assert.deepEqual(event, {
    routing_key: 'R0123456789ABCDEF',
    event_action: 'trigger',
    dedup_key: NOTICE.key,
    payload: {
      summary: NOTICE.title,
      source: 'host1',
      severity: 'error',
      timestamp: '2026-11-22T03:00:00.000Z',
      custom_details: { lines: NOTICE.lines, alert: 'rule', count: 21 },
    },
  });
  assert.deepEqual(resolved, { routing_key: 'R0123456789ABCDEF', event_action: 'resolve', dedup_key: NOTICE.key });
  assert.equal(sink.takes({ ...NOTICE, type: 'approval.asked' }), false, 'nobody is called for a request');
  await sink.send({ ...NOTICE, type: 'test', key: 'k'.repeat(300), title: 'y'.repeat(5000) });
  const [trigger, resolve] = receiver.bodies.slice(5) as unknown as [PagerDutyEvent, PagerDutyEvent];
  assert.deepEqual([trigger.event_action, resolve.event_action], ['trigger', 'resolve'], 'nobody stays called');
  assert.equal(trigger.dedup_key, resolve.dedup_key);
  assert.deepEqual([trigger.dedup_key.length, trigger.payload.summary.length], [64, 1024]);
});

test('a hostile receiver is one that did not take it: redirects, failures, answers without an end', async (t) => {
  const cases: readonly [string, Receiving, RegExp, Partial<NotTaken>][] = [
    [
      'a redirect',
      (response) => void response.writeHead(302, { Location: 'http://169.254.169.254/' }).end(),
      /^redirects \(HTTP 302\)$/,
      { isFinal: false },
    ],
    [
      'a failure',
      (response) => void response.writeHead(500).end('boom'),
      /^answered HTTP 500 "boom"$/,
      { isOutage: false },
    ],
    [
      'a limit',
      (response) => void response.writeHead(429, { 'Retry-After': '7' }).end(),
      /^answered HTTP 429$/,
      { isOutage: true, retryAfterMs: 7000 },
    ],
    [
      'a refusal',
      (response) => void response.writeHead(400).end('invalid_payload'),
      /invalid_payload/,
      { isFinal: true },
    ],
    ['a channel that is gone', (response) => void response.writeHead(410).end('gone'), /HTTP 410/, { isFinal: true }],
    [
      'a closed line',
      (response) => void response.destroy(),
      /closed the connection|connection was closed/,
      { isOutage: true },
    ],
    ['no HTTP', (response) => void response.socket!.end('garbage\r\n\r\n'), /./, { isOutage: true }],
    [
      'a body without an end',
      (response) => {
        response.writeHead(500);
        const pour = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, 97)));
          response.once('drain', pour);
        };
        pour();
      },
      /^answered with more than 256 KiB$/,
      { isOutage: true },
    ],
    [
      'its own secret, thrown back',
      (response, { path }) => void response.writeHead(403).end(`no ${path} \u001b[2J`),
      /^answered HTTP 403 "no \/services\/T00\/B00\/\[masked\] \\\\u001b\[2J"$|\[masked\]/,
      { isOutage: true },
    ],
  ];
  const receiver = await Receiver.start(t);
  for (const [what, receiving, message, how] of cases) {
    receiver.receiving = receiving;
    const why = await whyNot(webhookAt(receiver.url));
    assert.match(why.message, message, what);
    for (const [key, value] of Object.entries(how)) assert.equal(why[key as keyof NotTaken], value, `${what}: ${key}`);
  }
});

test('who says that it took it has taken it, whatever follows', async (t) => {
  const receiver = await Receiver.start(t, (response) => {
    response.writeHead(200);
    const pour = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 97)));
      response.once('drain', pour);
    };
    pour();
  });
  const { said } = await webhookAt(receiver.url).send(NOTICE);
  assert.equal(said, 'HTTP 200, with an answer that could not be read to its end');
});

test('a name that leads into a private network is not reached, and neither is plain http', async () => {
  const named = await whyNot(webhookAt('https://localhost.localdomain:1/x'));
  assert.ok(named.isOutage);
  assert.match(
    (await whyNot(webhookAt('http://hooks.example.com/x'))).message,
    /could be read on the way: it needs https/,
  );
  assert.match((await whyNot(webhookAt('http://127.0.0.1:1/s3cr3tpath'))).message, /the connection was refused/);
});

test('Retry-After is read in seconds and as a date, and bounded', () => {
  const now = Date.parse('Sun, 22 Nov 2026 03:00:00 GMT');
  assert.equal(retryAfter('120', now), 120_000);
  assert.equal(retryAfter('Sun, 22 Nov 2026 03:01:00 GMT', now), 60_000);
  assert.equal(retryAfter('Sun, 22 Nov 2026 02:00:00 GMT', now), 0);
  assert.equal(retryAfter('999999999', now), 86_400_000);
  for (const garbage of [undefined, '', 'soon', '-5x', '1e9'])
    assert.equal(retryAfter(garbage, now), undefined, garbage);
});
