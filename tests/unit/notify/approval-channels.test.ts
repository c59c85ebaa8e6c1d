import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { approvalChannels } from '../../../backends/notify/approval-channels.ts';
import type { PendingApproval } from '../../../lib/model/approval-desk.ts';
import { systemClock } from '../../../lib/model/clock.ts';
import type { Config } from '../../../lib/model/config.ts';
import type { NotifyConfig } from '../../../lib/model/notify-config.ts';
import { LogProbe } from '../../support/watching/log-probe.ts';
import { Receiver } from '../../support/watching/receiver.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

function pendingOf(parts: Partial<PendingApproval> = {}): PendingApproval {
  return {
    id: 'K7QF',
    askedMs: Date.UTC(2026, 10, 22, 3),
    expiresMs: Date.now() + 600_000,
    principal: 'ana',
    client: 'claude-code/2.1',
    action: 'tools/call',
    resource: 'github/delete_repo',
    effect: 'destructive external',
    lines: ['owner: "acme"', 'repo: "web <!channel> https://evil.example hunter2"'],
    isWhole: true,
    digest: 'ab'.repeat(32),
    reason: 'what cannot be undone needs a person',
    rule: 'policies.tools["*"].action',
    source: 'sallyport.yaml:71',
    calls: 1,
    scopes: ['once'],
    covers: undefined,
    needs: 'same-user',
    ...parts,
  };
}

async function scene(t: Parameters<typeof Receiver.start>[0]) {
  const hook = await Receiver.start(t);
  const chat = await Receiver.start(t);
  const notify: NotifyConfig = {
    webhook: { url: hook.url, secrets: [SECRET], allowPrivate: false },
    slack: { url: chat.url, allowPrivate: false },
    pagerduty: { url: hook.url, routingKey: 'R'.repeat(32), allowPrivate: false },
    desktop: true,
  };
  const log = new LogProbe();
  const mask = (text: string) => text.replaceAll('hunter2', '[masked]');
  const approvals = { slackWebhookUrl: undefined } as Config['approvals'];
  const channels = approvalChannels({ notify, approvals }, { clock: systemClock, log, mask });
  const named = (name: string) => channels.find((channel) => channel.name === name)!;
  return { hook, chat, channels, named, log };
}

test('people and programs are told that a request waits and how it is answered, and when it is over', async (t) => {
  const { hook, chat, channels, named } = await scene(t);
  assert.deepEqual(
    channels.map(({ name }) => name),
    ['desktop', 'webhook', 'slack'],
  );
  const pending = pendingOf();
  for (const name of ['webhook', 'slack']) {
    assert.equal(named(name).isReachable, true);
    named(name).ask(pending);
    named(name).withdraw(pending);
  }
  await Promise.all([hook.got(2), chat.got(2)]);
  const [asked, ended] = hook.received.map(
    ({ body, headers }) => new Webhook(SECRET).verify(body, headers as Record<string, string>) as Record<string, never>,
  );
  const { lines, title, key, severity, ...data } = asked!.data as unknown as Record<string, unknown>;
  assert.equal(asked!.type, 'approval.asked');
  assert.equal(title, 'ana by claude-code/2.1 wants github/delete_repo (K7QF)');
  assert.deepEqual(
    [data.approval, data.resource, data.digest, data.rule],
    ['K7QF', 'github/delete_repo', pending.digest, pending.rule],
  );
  assert.ok((lines as string[]).includes('Answer at a terminal: sallyport approvals show K7QF'));
  assert.ok((lines as string[]).includes('repo: "web <!channel> https://evil.example [masked]"'));
  assert.equal(severity, 'medium');
  assert.deepEqual([ended!.type, (ended!.data as unknown as { key: string }).key], ['approval.ended', key]);
  const [first, second] = chat.bodies.map(({ text }) => text as string);
  assert.match(first!, /^ana by claude-code\/2\.1 wants github\/delete_repo \(K7QF\)\n/);
  assert.match(first!, /repo: "web &lt;!channel&gt; https:∕∕evil\.example \[masked\]"/);
  assert.match(first!, /sallyport approvals show K7QF$/);
  assert.equal(second, 'No answer is needed any more: github/delete_repo for ana by claude-code/2.1 (K7QF)');
  await Promise.all(channels.map((channel) => channel.close()));
});

test('nobody is told of a request that is over before it could be told', async (t) => {
  const { hook, named, log } = await scene(t);
  const hookChannel = named('webhook');
  hookChannel.ask(pendingOf({ expiresMs: Date.now() - 1 }));
  hookChannel.ask(pendingOf({ id: 'M2XZ' }));
  await hook.got(1);
  await hookChannel.close();
  assert.deepEqual(
    hook.bodies.map(({ data }) => (data as { approval: string }).approval),
    ['M2XZ'],
  );
  assert.equal(log.of('notice_given_up').length, 1);
});

test('a call with many arguments is told by its beginning', async (t) => {
  const { hook, named } = await scene(t);
  named('webhook').ask(pendingOf({ lines: Array.from({ length: 500 }, (_, index) => `a${index}: 1`) }));
  await hook.got(1);
  const { lines } = hook.bodies[0]!.data as { lines: string[] };
  assert.ok(lines.includes('… and 480 more lines') && lines.length < 30);
  await named('webhook').close();
});
