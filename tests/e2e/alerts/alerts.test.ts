import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';
import { logOf } from '../../support/program/diagnostic-log.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';
import { Receiver } from '../../support/watching/receiver.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

interface Told {
  readonly type: string;
  readonly data: { readonly alert: string; readonly count: number; readonly key: string; readonly title: string };
}

function configOf(receiver: Receiver, alerts: string, more = ''): string {
  return `version: 1
notify: { webhook: { url: "${receiver.url}", secret: "\${HOOK_SECRET}" } }
alerts:
${alerts}
policies: { tools: { "fix/echo": { action: deny } } }
${more}backends:
${fixtureBackend('fix')}`;
}

const env = { HOOK_SECRET: SECRET };
const denied = '  - { name: blocked-spike, when: denied > 20 in 4s, severity: high, to: [webhook] }';

function verified({ received }: Receiver): Told[] {
  return received.map(
    ({ body, headers }) => new Webhook(SECRET).verify(body, headers as Record<string, string>) as Told,
  );
}

/** Ends as its client does, however long that takes: what is queued for a sink has two seconds. */
function over(gateway: GatewayPeer): GatewayPeer['exited'] {
  gateway.child.stdin!.end();
  return gateway.exited;
}

test('a call that is denied 21 times fires the webhook once, and it resolves', async (t) => {
  const receiver = await Receiver.start(t);
  const gateway = new GatewayPeer(t, 'run', [], { config: configOf(receiver, denied), env });
  await gateway.initialize();
  await Promise.all(Array.from({ length: 21 }, () => gateway.call('echo', { text: 'x' })));
  await receiver.got(1);
  const answer = await gateway.call('echo', { text: 'x' });
  assert.equal(answer.error.code, -32602, 'whoever is told, calls go on as before');
  await receiver.got(2);
  const [fired, resolved] = verified(receiver);
  assert.deepEqual(
    [fired!.type, fired!.data.alert, fired!.data.title],
    ['alert.fired', 'blocked-spike', '[high] blocked-spike: 21 denied calls within 4 s'],
  );
  assert.deepEqual([resolved!.type, resolved!.data.key], ['alert.resolved', fired!.data.key]);
  await over(gateway);
  assert.equal(receiver.received.length, 2);
  const events = gateway.records.filter(({ event }) => /^alert_/.test(event ?? ''));
  assert.deepEqual(
    events.map(({ event, alert, to }) => [event, alert, to]),
    [
      ['alert_fired', 'blocked-spike', ['webhook']],
      ['alert_resolved', 'blocked-spike', ['webhook']],
    ],
  );
  assert.match(logOf(gateway), /alert_fired/);
  assert.ok(!logOf(gateway).includes(SECRET.slice(6)));
  const verify = await sallyport(['audit', 'verify', gateway.auditDir], { home: gateway.home });
  assert.equal(verify.code, 0, verify.stdout);
});

test('a receiver that never answers keeps neither a call nor the end waiting, and what it missed is said', async (t) => {
  const receiver = await Receiver.start(t, () => {});
  const alerts = denied.replace('> 20', '> 0');
  const gateway = new GatewayPeer(t, 'run', [], { config: configOf(receiver, alerts), env });
  await gateway.initialize();
  await gateway.call('echo', { text: 'x' });
  await receiver.got(1);
  await gateway.call('echo', { text: 'x' });
  assert.equal((await over(gateway)).code, 0);
  assert.match(logOf(gateway), /notices_not_delivered.*SP7030/);
});

test('a receiver that was down is told when it is back, and what fires at the very end is still brought', async (t) => {
  let isUp = false;
  const receiver = await Receiver.start(t, (response) => void response.writeHead(isUp ? 204 : 503).end());
  const alerts = [
    '  - { name: any, when: denied > 0 in 24h, severity: low, to: [webhook] }',
    '  - { name: two, when: denied > 1 in 24h, severity: low, to: [webhook] }',
  ].join('\n');
  const gateway = new GatewayPeer(t, 'run', [], { config: configOf(receiver, alerts), env });
  await gateway.initialize();
  await gateway.call('echo', { text: 'x' });
  await receiver.got(1);
  isUp = true;
  await receiver.got(2);
  await gateway.call('echo', { text: 'x' });
  await over(gateway);
  const told = verified(receiver);
  assert.deepEqual(
    told.map(({ data }) => data.alert),
    ['any', 'any', 'two'],
  );
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  assert.equal(ids[0], ids[1], 'a receiver can tell that it is the same notice');
});

test('a server that dies, a budget that is nearly spent are told', async (t) => {
  const receiver = await Receiver.start(t);
  const alerts = [
    '  - { name: down, when: event = backend_down, severity: medium, to: [webhook] }',
    '  - { name: spent, when: budget few spent >= 50%, severity: low, to: [webhook] }',
  ].join('\n');
  const budgets = 'budgets: [{ name: few, unit: calls, limit: 4, window: 1d, per: global, warn_at: 0.75 }]\n';
  const config = configOf(receiver, alerts, budgets);
  const gateway = new GatewayPeer(t, 'run', [], { config, env });
  await gateway.initialize();
  for (let i = 0; i < 3; i++) await gateway.call('whoami');
  await receiver.got(1);
  const warned = gateway.records.filter(({ event }) => event === 'budget_warned');
  assert.deepEqual(
    warned.map(({ budget, percent }) => [budget, percent]),
    [['few', 75]],
  );
  await gateway.call('crash');
  await receiver.got(2);
  await over(gateway);
  assert.deepEqual(
    verified(receiver).map(({ data }) => data.title),
    ['[low] spent: 50 % spent (budget few global)', '[medium] down: backend_down (backend fix)'],
  );
});

test('`notify test` tries every sink, says what came back, and shows no secret', async (t) => {
  const home = temporaryFolder(t);
  const good = await Receiver.start(t);
  const bad = await Receiver.start(t, (response, { path }) => void response.writeHead(403).end(`no ${path}`));
  const file = join(home, 'sallyport.yaml');
  writeFileSync(
    file,
    `version: 1
notify:
  webhook: { url: "${good.url}", secret: "\${HOOK_SECRET}" }
  slack: { url: "\${SLACK}" }
backends:
${fixtureBackend('fix')}`,
  );
  const options = { home, env: { ...env, SLACK: bad.url } };
  const all = await sallyport(['notify', 'test', '--config', file], options);
  assert.equal(all.code, 6, all.stderr);
  assert.equal(all.stdout, 'webhook: delivered, HTTP 202 "ok"\nslack: not delivered, answered HTTP 403 "no [masked]"');
  const [{ type }] = verified(good) as [Told];
  assert.equal(type, 'test');
  const one = await sallyport(['notify', 'test', 'webhook', '--json', '--config', file], options);
  assert.deepEqual(
    [one.code, JSON.parse(one.stdout).sinks],
    [0, [{ sink: 'webhook', ok: true, said: 'HTTP 202 "ok"' }]],
  );
  const none = await sallyport(['notify', 'test', 'pagerduty', '--config', file], options);
  assert.deepEqual(
    [none.code, none.stderr],
    [2, 'error: pagerduty is not configured; add `notify.pagerduty` to the config, as docs/alerts.md shows'],
  );
  const unknown = await sallyport(['notify', 'test', 'mail', '--config', file], options);
  assert.match(unknown.stderr, /there is no sink "mail"; there are webhook, slack, pagerduty, desktop/);
});
