import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SpanQueue } from '../../../lib/tracing/span-queue.ts';
import type { FinishedSpan } from '../../../lib/tracing/span-sink.ts';

const span = { name: 's' } as FinishedSpan;

function queue(send: (spans: readonly FinishedSpan[]) => Promise<void>, most = 10) {
  const told: string[] = [];
  const log = { write: (_level: string, event: string) => void told.push(event) };
  const made = new SpanQueue({ most, atOnce: 4, everyMs: 3_600_000, lastMs: 50, send, log, now: () => 0 });
  return { made, told };
}

test('spans leave in batches, one after the other, and are counted when they were taken', async () => {
  const sizes: number[] = [];
  let under = 0;
  const { made } = queue(async (spans) => {
    assert.equal(++under, 1, 'one request at a time');
    sizes.push(spans.length);
    await Promise.resolve();
    under--;
  });
  for (let at = 0; at < 9; at++) made.put(span);
  await made.flush();
  assert.deepEqual(sizes, [4, 4, 1]);
  assert.deepEqual(made.counts, { sent: 9, dropped: 0, failed: 0, queued: 0 });
});

test('what finds no room is dropped and counted, said once, and never more is held', async () => {
  let take: () => void = () => {};
  const { made, told } = queue(() => new Promise<void>((resolve) => (take = resolve)));
  for (let at = 0; at < 4; at++) made.put(span);
  const flushed = made.flush();
  for (let at = 0; at < 100; at++) made.put(span);
  assert.deepEqual(made.counts, { sent: 0, dropped: 94, failed: 0, queued: 10 });
  assert.deepEqual(told, ['spans_lost']);
  const closed = made.close();
  take();
  await closed;
  take();
  await flushed;
  const { sent, dropped, failed, queued } = made.counts;
  assert.equal(sent + dropped + failed, 104, 'each is counted once');
  assert.equal(queued, 0);
});

test('what a collector refuses is lost, and the next is tried', async () => {
  let times = 0;
  const { made } = queue(async () => {
    if (++times === 1) throw new Error('no');
  });
  for (let at = 0; at < 5; at++) made.put(span);
  await made.flush();
  assert.deepEqual(made.counts, { sent: 1, dropped: 0, failed: 4, queued: 0 });
  await made.close();
  made.put(span);
  assert.equal(made.counts.dropped, 1);
});
