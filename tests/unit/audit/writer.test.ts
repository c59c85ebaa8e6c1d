import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { verifyChain } from '../../../lib/audit/verify.ts';
import { AuditWriter } from '../../../lib/audit/writer.ts';
import { systemClock } from '../../../lib/model/clock.ts';
import type { AuditConfig } from '../../../lib/model/config.ts';
import { createMask } from '../../../lib/model/mask.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { auditFiles, readLines } from '../../support/program/gateway.ts';

function open(t: TestContext, settings: Partial<AuditConfig> = {}, secrets: readonly string[] = []) {
  const home = temporaryFolder(t);
  const config: AuditConfig = {
    enabled: true,
    dir: join(home, 'audit'),
    fallbackDir: undefined,
    includeArguments: 'redacted',
    rotate: { size: 1_000_000, keep: 20 },
    retentionMs: 1e9,
    onFailure: 'continue',
    fsync: '1s',
    checkpoints: { enabled: false, keyFile: join(home, 'audit.key'), every: 1000, copyTo: undefined },
    shipping: undefined,
    ...settings,
  };
  const said: string[] = [];
  const log = { write: (level: string, event: string) => void said.push(`${level} ${event}`) };
  const unwritten = (event: string) => void said.push(`unwritten ${event}`);
  const around = { clock: systemClock, log, mask: createMask(secrets), unwritten };
  const writer = new AuditWriter({ config, revision: 'r1' }, around);
  t.after(() => writer.close());
  const records = () =>
    auditFiles(config.dir)
      .flatMap(readLines)
      .map((line) => JSON.parse(line));
  return { writer, said, records, config, dir: config.dir };
}

test('records of one commit are written together, and none before it', (t) => {
  const { writer, records, dir } = open(t);
  writer.event('a');
  writer.event('b', { code: 'SP5001', nothing: undefined });
  assert.deepEqual(auditFiles(dir), []);
  assert.equal(writer.commit(), true);
  assert.deepEqual(
    records().map(({ event, code }) => [event, code]),
    [
      ['a', undefined],
      ['b', 'SP5001'],
    ],
  );
  assert.equal(writer.commit(), true, 'nothing to write is no failure');
});

test('a log that is switched off makes nothing and stops nothing', (t) => {
  const { writer, dir } = open(t, { enabled: false, onFailure: 'block' });
  writer.event('a');
  writer.refused({ from: 'client', code: 'SP8001', detail: 'x', bytes: 1 });
  assert.equal(writer.commit(), true);
  assert.deepEqual(auditFiles(dir), []);
});

test('known secrets are masked in refused frames and events, and hostile text is escaped', (t) => {
  const { writer, records, dir } = open(t, {}, ['s3cr3t-value', '271828']);
  writer.refused({ from: 'files', code: 'SP8001', detail: 'bad \u001b[2J s3cr3t-value\n', bytes: 271828 });
  writer.event('backend_down', { why: 'spawn s3cr3t-value ENOENT', deep: { at: ['s3cr3t-value'] }, pid: 271828 });
  writer.commit();
  const [file] = auditFiles(dir);
  const text = readFileSync(file!, 'utf8');
  assert.ok(!text.includes('s3cr3t') && !text.includes('\u001b'));
  const [refused, event] = records();
  assert.equal(refused.bytes, 271828);
  assert.deepEqual([event.why, event.deep, event.pid], ['spawn [masked] ENOENT', { at: ['[masked]'] }, '[masked]']);
});

test('what could not be written waits, is written first and in order, and the failure is told once', (t) => {
  const { writer, said, records, dir } = open(t);
  writeFileSync(dir, 'in the way');
  for (const event of ['a', 'b', 'c']) {
    writer.event(event);
    assert.equal(writer.commit(), false);
  }
  assert.deepEqual(said, ['error audit_failed', 'unwritten audit_failing']);
  rmSync(dir);
  writer.event('d');
  assert.equal(writer.commit(), true);
  assert.deepEqual(
    records().map(({ event, seq }) => `${event}${seq}`),
    ['a1', 'b2', 'c3', 'd4'],
  );
  assert.deepEqual(said, [
    'error audit_failed',
    'unwritten audit_failing',
    'warn audit_recovered',
    'unwritten audit_recovered',
  ]);
});

test('when too much waits everything is blocked, and what is no longer kept is counted in the log', async (t) => {
  const { writer, records, dir } = open(t, { onFailure: 'continue' });
  writeFileSync(dir, 'in the way');
  for (let i = 0; i < 10_000; i++) writer.event('waiting');
  assert.equal(writer.blocksOnFailure, false);
  for (let i = 0; i < 12_000; i++) writer.event('waiting');
  assert.equal(writer.commit(), false);
  assert.equal(writer.blocksOnFailure, true);
  rmSync(dir);
  assert.equal(writer.commit(), true);
  const last = records().at(-1);
  assert.deepEqual([last.seq, last.event, last.count], [20_001, 'records_lost', 2000]);
  assert.equal(writer.blocksOnFailure, false);
  assert.equal((await verifyChain(auditFiles(dir))).fault, undefined);
});

test('every second the reserve is renewed once there is room for it', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const { writer, dir } = open(t);
  writer.event('a');
  writer.commit();
  const [file] = auditFiles(dir);
  const reserve = join(dir, `.${file!.slice(dir.length + 1)}.reserve`);
  rmSync(reserve, { force: true });
  t.mock.timers.tick(1000);
  assert.equal(readFileSync(reserve).length, 256 * 1024);
});
