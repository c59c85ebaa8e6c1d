import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Flow } from '../../../lib/gateway/backend/flow.ts';
import { Intake } from '../../../lib/gateway/intake.ts';

const MB = 1024 * 1024;

/** A channel that says whether it is read. */
function channel() {
  const seen = { reads: true, turns: 0 };
  const set = (reads: boolean) => {
    seen.reads = reads;
    seen.turns++;
  };
  return { seen, pause: () => set(false), resume: () => set(true) };
}

test('a backend is read until 2 MiB of what it sent wait to be judged, and again when half of that is through', () => {
  const { seen, ...ends } = channel();
  const flow = new Flow(ends);
  const [first, second, third] = [MB, MB, 1].map((bytes) => flow.hold(bytes));
  assert.equal(seen.reads, false);
  third!();
  assert.equal(flow.isPaused, true);
  first!();
  assert.equal(seen.reads, true);
  second!();
  assert.equal(seen.turns, 2);
});

test('one message above the bound is taken, and what is small may wait in any number', () => {
  const { seen, ...ends } = channel();
  const flow = new Flow(ends);
  const small = Array.from({ length: 2000 }, () => flow.hold(1000));
  assert.equal(seen.reads, true);
  const large = flow.hold(16 * MB);
  assert.equal(seen.reads, false);
  large();
  assert.equal(seen.reads, false, 'still more than half');
  for (const through of small) through();
  assert.equal(seen.reads, true);
});

test('a client that does not read and messages that wait hold a backend up each by itself', () => {
  const { seen, ...ends } = channel();
  const flow = new Flow(ends);
  flow.client(true);
  const through = flow.hold(3 * MB);
  flow.client(false);
  assert.equal(seen.reads, false);
  flow.client(true);
  through();
  assert.equal(seen.reads, false);
  flow.client(false);
  assert.equal(seen.reads, true);
});

test('whoever waits for the last judgement hears of it once, after it', () => {
  const { seen: _, ...ends } = channel();
  const flow = new Flow(ends);
  const heard: string[] = [];
  flow.whenJudged(() => heard.push('at once'));
  const [one, other] = [flow.hold(1), flow.hold(1)];
  flow.whenJudged(() => heard.push('later'));
  one();
  assert.deepEqual(heard, ['at once']);
  other();
  flow.hold(1)();
  assert.deepEqual(heard, ['at once', 'later']);
});

test('only the sender whose frame is taken in is held up, until the judgement was acted upon', async () => {
  const held: string[] = [];
  const sender = {
    hold: (bytes: number) => {
      held.push(`${bytes} wait`);
      return () => held.push(`${bytes} through`);
    },
  };
  const intake = new Intake();
  await intake.held(1, Promise.resolve());
  const outer = intake.from(sender);
  assert.equal(intake.held(2, 'at once'), 'at once');
  const judged = intake.held(3, Promise.reject(new Error('the judge broke')));
  intake.from(outer);
  await intake.held(4, Promise.resolve());
  await judged.catch(() => held.push('acted'));
  await new Promise(setImmediate);
  assert.deepEqual(held, ['3 wait', 'acted', '3 through']);
});
