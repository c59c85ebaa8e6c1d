import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deliveries } from '../../../backends/notify/deliveries.ts';
import { NotTaken, type Sink } from '../../../backends/notify/sink.ts';
import type { Notice } from '../../../lib/model/notice.ts';
import { settled, WaitingClock } from '../../support/watching/alarms.ts';

let count = 0;

function notice(title: string, parts: Partial<Notice> = {}): Notice {
  const key = `key of ${title}`;
  return {
    id: `n${++count}`,
    type: 'alert.fired',
    atMs: 0,
    key,
    severity: 'low',
    title,
    lines: [],
    data: {},
    ...parts,
  };
}

/** A receiver that does as it is told, and a queue before it. */
function scene(answers: (notice: Notice, attempt: number) => Promise<void>) {
  const clock = new WaitingClock();
  const sent: string[] = [];
  const times: number[] = [];
  const lines: { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
  const start = clock.monotonic();
  const sink: Sink = {
    name: 'webhook',
    isReachable: true,
    takes: () => true,
    send: async (one) => {
      sent.push(one.title);
      times.push(clock.monotonic() - start);
      await answers(one, sent.length);
      return { said: 'ok' };
    },
  };
  const deliveries = new Deliveries(sink, {
    clock,
    after: clock.after,
    log: { write: (_level, event, fields = {}) => void lines.push({ event, fields }) },
    random: () => 1,
  });
  return { clock, deliveries, sent, times, lines, sink };
}

const down = new NotTaken('cannot be reached', { isOutage: true });

test('whoever tells waits for nothing, and notices arrive one after the other', async () => {
  const { clock, deliveries, sent } = scene(async () => {});
  for (const title of ['a', 'b', 'c']) deliveries.tell(notice(title));
  assert.deepEqual(sent, [], 'nothing is sent while somebody tells');
  await clock.goOn(0);
  assert.deepEqual([sent, deliveries.counts.sent, clock.waiting], [['a', 'b', 'c'], 3, 0]);
});

test('a receiver that is down is tried again after longer and longer pauses, and gets everything when it is back', async () => {
  let isUp = false;
  const { clock, deliveries, sent, times, lines } = scene(async () => {
    if (!isUp) throw down;
  });
  for (const title of ['a', 'b']) deliveries.tell(notice(title));
  await clock.goOn(200_000);
  assert.deepEqual(times, [0, 1000, 3000, 7000, 15_000, 31_000, 63_000, 123_000, 183_000]);
  assert.deepEqual(new Set(sent), new Set(['a']), 'nobody else is sent to one that is down');
  isUp = true;
  await clock.goOn(60_000);
  assert.deepEqual(sent.slice(-2), ['a', 'b']);
  assert.deepEqual(deliveries.counts, { told: 2, sent: 2, failed: 9, dropped: 0, unheard: 0, givenUp: 0, waiting: 0 });
  const events = lines.map(({ event }) => event);
  assert.deepEqual(new Set(events), new Set(['notice_failed', 'sink_back']));
  assert.ok(events.length <= 6, `${events.length} lines, one a minute at most`);
});

test('a receiver that names a time is left alone so long', async () => {
  const { clock, deliveries, times } = scene(async (_notice, attempt) => {
    if (attempt === 1) throw new NotTaken('slow down', { retryAfterMs: 90_000 });
  });
  deliveries.tell(notice('a'));
  await clock.goOn(100_000);
  assert.deepEqual(times, [0, 90_000]);
});

test('a notice nobody takes is given up after an hour, and that is said', async () => {
  const { clock, deliveries, lines } = scene(async () => {
    throw new NotTaken('wants to be left alone', { retryAfterMs: 86_400_000 });
  });
  deliveries.tell(notice('a'));
  await clock.goOn(3_599_000);
  assert.equal(deliveries.counts.waiting, 1);
  await clock.goOn(2000);
  assert.deepEqual([deliveries.counts.waiting, deliveries.counts.givenUp], [0, 1]);
  const said = lines.find(({ event }) => event === 'notice_given_up')!;
  assert.deepEqual([said.fields.notice, said.fields.code, said.fields.attempts], ['a', 'SP7030', 1]);
});

test('a notice that is of no use any more is not sent', async () => {
  const { clock, deliveries, sent } = scene(async () => {
    throw down;
  });
  deliveries.tell(notice('a', { untilMs: clock.now() + 2500 }));
  await clock.goOn(60_000);
  assert.deepEqual([sent.length, deliveries.counts.givenUp], [2, 1]);
});

test('one that is refused for good, or fails by itself, keeps no other back; those of one key keep their order', async () => {
  const { clock, deliveries, sent } = scene(async ({ title }, attempt) => {
    if (title === 'bad') throw new NotTaken('answered HTTP 400', { isFinal: true });
    if (title === 'begins' && attempt < 8) throw new NotTaken('answered HTTP 500');
  });
  deliveries.tell(notice('bad'));
  deliveries.tell(notice('begins', { key: 'k' }));
  deliveries.tell(notice('ends', { key: 'k' }));
  deliveries.tell(notice('other'));
  await clock.goOn(0);
  assert.deepEqual(sent, ['bad', 'begins', 'other']);
  await clock.goOn(600_000);
  assert.deepEqual(sent.slice(-2), ['begins', 'ends']);
  assert.deepEqual(deliveries.counts.givenUp, 1);
});

test('a flood is bounded, and what is dropped is counted and said', async () => {
  const { clock, deliveries, lines } = scene(async () => {
    throw down;
  });
  for (let i = 0; i < 100_000; i++) deliveries.tell(notice(`n${i}`));
  await clock.goOn(10_000);
  const { told, dropped, waiting } = deliveries.counts;
  assert.deepEqual([told, dropped, waiting], [100_000, 99_000, 1000]);
  assert.equal(lines.filter(({ event }) => event === 'notices_dropped').length, 1);
});

test('at the end each is brought once more, and what is left is said', async () => {
  let isUp = false;
  const { clock, deliveries, sent, lines } = scene(async ({ title }) => {
    if (!isUp || title === 'stubborn') throw new NotTaken('answered HTTP 500');
  });
  for (const title of ['a', 'stubborn', 'b']) deliveries.tell(notice(title));
  await clock.goOn(0);
  isUp = true;
  await deliveries.close(2000);
  assert.deepEqual(sent.slice(3), ['a', 'stubborn', 'b']);
  const said = lines.find(({ event }) => event === 'notices_not_delivered')!;
  assert.deepEqual([said.fields.count, said.fields.notices], [1, ['stubborn']]);
  deliveries.tell(notice('late'));
  await clock.goOn(100_000);
  assert.deepEqual([sent.length, clock.waiting], [6, 0], 'nothing is sent after the end');
});

test('a receiver that never answers has two seconds at the end', async () => {
  const { clock, deliveries, lines } = scene(() => new Promise(() => {}));
  for (const title of ['a', 'b']) deliveries.tell(notice(title));
  await clock.goOn(0);
  let closed = false;
  const closing = deliveries.close(2000).then(() => {
    closed = true;
  });
  await clock.goOn(1999);
  assert.equal(closed, false);
  await clock.goOn(1);
  await closing;
  assert.deepEqual(lines.at(-1)!.fields.notices, ['a', 'b']);
});

test('where nobody would hear of it nothing waits', async () => {
  const { clock, deliveries, sink } = scene(async () => {});
  Object.assign(sink, { isReachable: false });
  deliveries.tell(notice('a'));
  await settled();
  assert.deepEqual([deliveries.isReachable, deliveries.counts.unheard, clock.waiting], [false, 1, 0]);
});
