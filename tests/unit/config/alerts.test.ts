import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf, load, problemsOf } from '../../support/config/config.ts';

const BACKENDS = 'backends: [{ name: a, command: node, args: [] }]\n';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const HOOK = `webhook: { url: https://soc.example.com/hooks, secret: "\${HOOK}" }`;

function configOf(text: string): string {
  return `version: 1\n${BACKENDS}${text}`;
}

test('alerts and sinks are resolved, and their secrets are never printed', (t) => {
  const text = configOf(`notify:
  ${HOOK}
  slack: { url: "https://hooks.slack.com/services/T0/B0/abcdef", allow_private: true }
  pagerduty: { routing_key: R0123456789ABCDEF0123456789ABCDE }
  desktop: true
alerts:
  - { name: spike, when: denied > 20 in 5m, severity: high, to: [slack, webhook, slack], repeat: 10m }
  - { name: down, when: event = backend_down, severity: low, to: [desktop] }
  - { name: changed, when: event = tool_changed, severity: low, to: [] }
`);
  const { config, warnings } = load(t, { flag: text, env: { HOOK: SECRET } });
  assert.deepEqual(config.notify, {
    webhook: { url: 'https://soc.example.com/hooks', secrets: [SECRET], allowPrivate: false },
    slack: { url: 'https://hooks.slack.com/services/T0/B0/abcdef', allowPrivate: true },
    pagerduty: {
      routingKey: 'R0123456789ABCDEF0123456789ABCDE',
      url: 'https://events.pagerduty.com/v2/enqueue',
      allowPrivate: false,
    },
    desktop: true,
  });
  const [spike, down, changed] = config.alerts;
  assert.deepEqual(
    [spike!.to, spike!.repeatMs, spike!.source.replace(/^.*flag/, 'flag'), spike!.rule],
    [['slack', 'webhook'], 600_000, 'flag.yaml:9', 'alerts[0]'],
  );
  assert.deepEqual([down!.resolveAfterMs, changed!.resolveAfterMs], [undefined, 900_000]);
  const secrets = [SECRET, SECRET.slice(6), 'R0123456789ABCDEF0123456789ABCDE', '/services/T0/B0/abcdef'];
  for (const secret of secrets) assert.ok(config.secrets.includes(secret), secret);
  assert.deepEqual(
    warnings.map(({ code, message }) => `${code} ${message}`),
    [
      'SP1103 notify.slack.url stands literally in the config',
      'SP1103 notify.pagerduty.routing_key stands literally in the config',
    ],
  );
});

test('while a secret is replaced by another there are two', (t) => {
  const hook = `notify: { webhook: { url: https://x.example, secret: ["\${HOOK}", "\${OLD}"] } }\n`;
  const { config } = load(t, { flag: configOf(hook), env: { HOOK: SECRET, OLD: `whsec_${'A'.repeat(32)}` } });
  assert.deepEqual(config.notify.webhook?.secrets, [SECRET, `whsec_${'A'.repeat(32)}`]);
});

test('whatever is wrong is said at its place, with what to do', (t) => {
  const alert = (parts: string) => `alerts: [{ name: a, severity: low, to: [], ${parts} }]\n`;
  const faults = (text: string) => faultsOf(t, configOf(text), { HOOK: SECRET });
  assert.deepEqual(faults(alert('when: denied > 20 on 5m')), [
    'SP1040 3:50 alerts[0].when: "on" stands where "in" is expected, at character 13',
  ]);
  assert.deepEqual(faults(`alerts: [{ name: a, severity: low, when: calls > 1 in 1m, to: [slack] }]\n`), [
    'SP1017 3:64 alerts[0].to: "slack" is not configured',
  ]);
  assert.deepEqual(faults(`notify: { desktop: false }\n${alert('when: calls > 1 in 1m').replace('[]', '[desktop]')}`), [
    'SP1017 4:41 alerts[0].to: "desktop" is not configured',
  ]);
  assert.match(
    faults(`alerts: [{ name: a, severity: low, when: calls > 1 in 1m, to: [mail] }]\n`)[0]!,
    /SP1005 3:64 .*"slack"/,
  );
  assert.match(faults(alert('when: calls > 1 in 1m, repeat: 5s'))[0]!, /^SP1005 .*repeat: must be from 1m to 30d$/);
  assert.match(faults(alert('when: calls > 1 in 1m, resolve_after: soon'))[0]!, /resolve_after: must be a duration/);
  assert.match(faults(alert('when: calls > 1 in 1m, severity: mild'))[0]!, /SP1002|severity/);
  assert.match(
    faults(`alerts: [{ name: "a b", severity: low, when: calls > 1 in 1m, to: [] }]\n`)[0]!,
    /name: must be 1 to 64/,
  );
  const twice = `alerts: [${'{ name: a, severity: low, when: calls > 1 in 1m, to: [] }, '.repeat(2)}]\n`;
  assert.match(faults(twice)[0]!, /^SP1040 3:\d+ the alert "a" stands twice$/);
});

test('a secret that cannot sign, and an address nothing may be sent to, are refused', (t) => {
  const withSecret = (secret: string) =>
    faultsOf(t, configOf(`notify: { webhook: { url: https://x.example, secret: ${secret} } }\n`));
  const encoded = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64');
  for (const secret of ['hunter2', encoded(32), `whsec_${encoded(23)}`, `whsec_${encoded(65)}`, 'whsec_!!!!', '[]']) {
    const [fault] = withSecret(secret);
    assert.match(fault!, /^SP1005 3:\d+ notify\.webhook\.secret: /, secret);
    assert.ok(!fault!.includes(secret) || secret === '[]', 'the secret is not shown');
  }
  for (const bytes of [24, 64]) assert.deepEqual(withSecret(`whsec_${encoded(bytes)}`), []);
  const reached = (url: string) => faultsOf(t, configOf(`notify: { slack: { url: "${url}" } }\n`));
  assert.match(reached('http://hooks.slack.com/x')[0]!, /notify\.slack\.url: must be https/);
  assert.match(reached('https://user:pass@hooks.slack.com/x')[0]!, /must not hold a user or a password/);
  assert.match(reached('file:///etc/passwd')[0]!, /must begin with https/);
  assert.deepEqual(reached('http://127.0.0.1:9/x'), []);
});

test('layers add alerts and take none away, and the sink of an administrator is not led elsewhere', (t) => {
  const layer = (host: string, alert: string, most: number) => `version: 1
${BACKENDS}notify: { webhook: { url: "https://${host}.example", secret: "\${HOOK}" } }
alerts: [{ name: ${alert}, when: denied > ${most} in 1m, severity: low, to: [webhook] }]
`;
  const files = { flag: layer('user', 'spike', 1000), managed: layer('managed', 'spike', 5), env: { HOOK: SECRET } };
  const { config } = load(t, files);
  assert.deepEqual(
    config.alerts.map(({ name, when }) => [name, when]),
    [
      ['spike', 'denied > 1000 in 1m'],
      ['spike-2', 'denied > 5 in 1m'],
    ],
  );
  assert.equal(config.notify.webhook?.url, 'https://managed.example');
  const lending = {
    ...files,
    managed: `version: 1\nalerts: [{ name: x, when: calls > 1 in 1m, severity: low, to: [webhook] }]\n`,
  };
  assert.deepEqual(problemsOf(t, lending), [], 'a sink may be said by another layer');
});
