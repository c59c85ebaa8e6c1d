import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Message } from '../../support/mcp/lines.ts';
import { sallyport } from '../../support/program/command.ts';
import { auditFiles, readLines } from '../../support/program/gateway.ts';
import { AskedCollector, shipped } from '../../support/watching/asked-collector.ts';

test('records that a collector made by others has taken are each there once, and verify as the log they came from', async (t) => {
  const collector = await AskedCollector.open(t, 'legacy', shipped);
  const { gateway } = collector;
  for (let at = 0; at < 5; at++) await gateway.call('list_services', {});
  const written = auditFiles(gateway.auditDir).flatMap(readLines);
  const came = await collector.until('all records', async () => {
    const { items } = await collector.says('search_logs', { serviceName: 'sallyport', limit: 100 });
    return items.length >= written.length ? (items as Message[]) : undefined;
  });
  const seqs = came.map(({ attributes }) => attributes['sallyport.seq']).sort((a, b) => a - b);
  assert.deepEqual(
    seqs,
    seqs.map((_, at) => at + 1),
  );
  const lines = came.sort((a, b) => a.attributes['sallyport.seq'] - b.attributes['sallyport.seq']);
  const elsewhere = join(gateway.home, 'arrived.jsonl');
  writeFileSync(elsewhere, lines.map(({ body }) => `${body}\n`).join(''));
  assert.deepEqual(readLines(elsewhere).slice(0, written.length), written);
  const verified = await sallyport(['audit', 'verify', elsewhere], { home: gateway.home });
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
});
