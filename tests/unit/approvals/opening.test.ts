import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApprovals } from '../../../cli/approving.ts';
import type { Sounded } from '../../../lib/model/approvals.ts';
import { systemClock } from '../../../lib/model/clock.ts';
import { soughtFor, USUAL_APPROVALS } from '../../support/approvals/approvals-scene.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { policyOf } from '../../support/policy/calls.ts';
import { LogProbe } from '../../support/watching/log-probe.ts';
import { Receiver } from '../../support/watching/receiver.ts';

async function opened(t: Parameters<typeof Receiver.start>[0]) {
  const hook = await Receiver.start(t);
  const policy = {
    ...policyOf([]),
    revision: 'test',
    about: () => ({ effect: { kind: 'write', flags: [], origin: 'guess' }, preset: undefined, dialect: undefined }),
  } as const;
  const config = {
    approvals: { ...USUAL_APPROVALS, channels: ['webhook'] },
    notify: { webhook: { url: hook.url, secrets: [], allowPrivate: true }, slack: undefined, pagerduty: undefined },
    profile: 'balanced',
    backends: [],
    homeDir: '/home/ana',
  };
  const approving = openApprovals({
    audit: { event: () => {} } as never,
    clock: systemClock,
    log: new LogProbe(),
    mask: (text) => text,
    stateDir: temporaryFolder(t),
    serving: false,
    turn: (work) => work(),
    onlookersWithinMs: () => 0,
    inForce: () => ({ config, policy }) as never,
  });
  const heard: Sounded[] = [];
  const seek = () =>
    approving.approvals.seek(soughtFor(), { way: { kind: 'none' }, beat: () => {} }, (one) => heard.push(one));
  return { hook, approving, heard, seek };
}

test('a gateway that ends while approvals still load ends their channels, which tell what they have to', async (t) => {
  const { hook, approving, seek } = await opened(t);
  seek();
  await approving.close();
  assert.deepEqual(
    hook.received.map(({ body }) => JSON.parse(body).type),
    ['approval.asked'],
  );
});

test('a gateway that has ended asks nobody', async (t) => {
  const { hook, approving, heard, seek } = await opened(t);
  await approving.close();
  seek();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    heard.map((one) => 'refused' in one && one.refused.code),
    ['SP6003'],
  );
  assert.equal(hook.received.length, 0);
});
