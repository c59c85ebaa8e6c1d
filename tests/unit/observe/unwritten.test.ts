import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AuditWriter } from '../../../lib/audit/writer.ts';
import { Turn } from '../../../lib/gateway/turn.ts';
import { systemClock } from '../../../lib/model/clock.ts';
import { WatchedAudit } from '../../../lib/observe/watched-audit.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { auditFiles, readLines } from '../../support/program/gateway.ts';
import { alertsOf, ruleOf, settled } from '../../support/watching/alarms.ts';

test('that the log cannot be written is told, and stands in the log when it can be again', async (t) => {
  const home = temporaryFolder(t);
  const dir = join(home, 'audit');
  writeFileSync(dir, 'a file where the folder should be');
  const config = {
    enabled: true,
    dir,
    fallbackDir: undefined,
    includeArguments: 'redacted' as const,
    rotate: { size: 1e6, keep: 20 },
    retentionMs: 1e9,
    onFailure: 'continue' as const,
    fsync: '1s' as const,
    shipping: undefined,
    checkpoints: { enabled: false, keyFile: '', every: 1000, copyTo: undefined },
  };
  const writer: AuditWriter = new AuditWriter(
    { config, revision: 'r1' },
    {
      clock: systemClock,
      log: { write: () => {} },
      mask: (text) => text,
      unwritten: (event, fields) => audit.unwritten(event, fields),
    },
  );
  const audit = new WatchedAudit(writer);
  const turn = new Turn(audit);
  t.after(() => writer.close());
  const { alerts, clock, probe } = alertsOf([ruleOf('event = audit_failing', { resolveAfterMs: undefined })], {
    note: (event, fields) => turn.run(() => audit.event(event, fields)),
  });
  audit.watch(alerts);
  for (let i = 0; i < 5; i++) turn.run(() => audit.event('doctor'));
  await settled();
  assert.deepEqual(probe.take(), ['[high] rule: audit_failing']);
  rmSync(dir);
  turn.run(() => audit.event('doctor'));
  await clock.goOn(120_000);
  assert.deepEqual(probe.take(), ['[high] rule is over: audit_recovered followed']);
  const events = auditFiles(dir)
    .flatMap(readLines)
    .map((line) => JSON.parse(line).event);
  assert.equal(events.filter((event) => event === 'alert_fired').length, 1);
  assert.equal(events.filter((event) => event === 'alert_resolved').length, 1);
});
