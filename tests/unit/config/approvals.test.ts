import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { tighten } from '../../../lib/config/project/tighten.ts';
import type { ApprovalsConfig } from '../../../lib/model/approvals-config.ts';
import { type Files, load, problemsOf } from '../../support/config/config.ts';

const ONE = 'backends: [{ name: files, command: node }]\n';

async function approvalsOf(t: TestContext, flag: string, more: Files = {}): Promise<ApprovalsConfig> {
  const { config } = await load(t, { flag: `version: 1\n${ONE}${flag}`, ...more });
  return config.approvals;
}

test('left out, everybody who is set up is asked, for as long as clients wait', async (t) => {
  assert.deepEqual(await approvalsOf(t, ''), {
    channels: ['client', 'terminal', 'desktop', 'slack', 'webhook', 'console'],
    outOfBand: [],
    timeoutMs: 55_000,
    onTimeout: 'pending',
    grantTtlMs: 600_000,
    scopes: ['once', 'session'],
    rememberMs: 3_600_000,
    approvers: undefined,
    separateApprover: false,
    slackWebhookUrl: undefined,
  });
});

test('every key is read', async (t) => {
  const text = `approvals:
  channels: [elicitation, slack]
  require_out_of_band: ["*/@destructive", "files.write"]
  timeout: 30s
  on_timeout: deny
  grant_ttl: 5m
  remember: [2h]
  approvers: [ana, "role:admin"]
  separate_approver: true
  slack: { webhook_url: "\${HOOK}" }
`;
  assert.deepEqual(await approvalsOf(t, text, { env: { HOOK: 'https://hooks.example.com/x' } }), {
    channels: ['client', 'slack'],
    outOfBand: ['*/@destructive', 'files/write'],
    timeoutMs: 30_000,
    onTimeout: 'deny',
    grantTtlMs: 300_000,
    scopes: ['once', 'time'],
    rememberMs: 7_200_000,
    approvers: ['ana', 'role:admin'],
    separateApprover: true,
    slackWebhookUrl: 'https://hooks.example.com/x',
  });
});

test('an administrator can only make it stricter', async (t) => {
  const loose = `approvals: { channels: [elicitation, desktop, slack], timeout: 50s, grant_ttl: 5m, remember: [once, session, 1h],
  require_out_of_band: ["a/*"], approvers: [ana, ben], separate_approver: false, on_timeout: pending }\n`;
  const managed = `version: 1\napprovals: { channels: [client, slack, terminal], timeout: 40s, grant_ttl: 1h, remember: [once, 1h],
  require_out_of_band: ["b/*"], approvers: [ben, eve], separate_approver: true, on_timeout: deny }\n`;
  const found = await approvalsOf(t, loose, { managed });
  assert.deepEqual(found.channels, ['client', 'slack']);
  assert.deepEqual(found.outOfBand.toSorted(), ['a/*', 'b/*']);
  assert.deepEqual([found.timeoutMs, found.grantTtlMs], [40_000, 300_000]);
  assert.deepEqual(found.scopes, ['once', 'time']);
  assert.deepEqual(found.approvers, ['ben']);
  assert.deepEqual([found.separateApprover, found.onTimeout], [true, 'deny']);
  const nobody = await approvalsOf(t, 'approvals: { approvers: [ana] }\n', {
    managed: 'version: 1\napprovals: { approvers: [ben] }\n',
  });
  assert.deepEqual(nobody.approvers, [], 'nobody both name, which is not anybody');
});

test('every fault is told with its place', (t) => {
  const faults: Readonly<Record<string, RegExp>> = {
    'channels: [pigeon]': /channels/,
    'require_out_of_band: ["delete"]': /names no tool/,
    'require_out_of_band: ["*/@deadly"]': /no effect/,
    'timeout: 0s': /1s to 24h/,
    'timeout: soon': /duration/,
    'grant_ttl: 30d': /1s to 24h/,
    'remember: [always]': /once, session or a duration/,
    'approvers: []': /approvers/,
    'on_timeout: allow': /on_timeout/,
    'slack: { webhook_url: "http://hooks.example.com/x" }': /https/,
    'chanels: [client]': /unknown key "chanels"/,
  };
  for (const [text, expected] of Object.entries(faults)) {
    const [problem] = problemsOf(t, { flag: `version: 1\n${ONE}approvals:\n  ${text}\n` });
    assert.match(problem!.message, expected, text);
    assert.match(problem!.where, /flag\.yaml:4:\d+$/, text);
  }
});

test('the URL of a webhook is a secret: masked, and better not in the file', async (t) => {
  const url = 'https://hooks.example.com/T0/B0/k3J8sQ2mZx7Lw9Tn4Vb6Yp1R';
  const loaded = await load(t, { flag: `version: 1\n${ONE}approvals:\n  slack: { webhook_url: "${url}" }\n` });
  assert.ok(loaded.config.secrets.includes(url));
  const [warning] = loaded.warnings;
  assert.equal(warning?.code, 'SP1103');
  assert.match(warning.where, /flag\.yaml:4:/);
});

test('a project nobody trusts can ask for more, and for nothing else', () => {
  const { value } = tighten({
    approvals: {
      require_out_of_band: ['*/@write'],
      separate_approver: true,
      on_timeout: 'deny',
      channels: ['client'],
      approvers: ['eve'],
      slack: { webhook_url: 'https://evil.example.com' },
      remember: ['24h'],
    },
  });
  assert.deepEqual(value, {
    approvals: { require_out_of_band: ['*/@write'], separate_approver: true, on_timeout: 'deny' },
  });
});
