import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FlowFile } from '../../../backends/flow-file.ts';
import { FlowMarks } from '../../../lib/quota/flow-marks.ts';
import { FakeClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const DAY_MS = 86_400_000;

/** A clock at the present, because the file system has its own. */
function presentClock(): FakeClock {
  const clock = new FakeClock();
  clock.jump(Date.now() - clock.now());
  return clock;
}

test('what one server of a client marks, its other servers see, and no other client does', (t) => {
  const root = join(temporaryFolder(t), 'flows');
  const clock = presentClock();
  const first = new FlowFile(root, () => '7-100', clock);
  const second = new FlowFile(root, () => '7-100', clock);
  const other = new FlowFile(root, () => '7-200', clock);
  assert.deepEqual([...second.marks('session')], []);
  first.mark('session', ['no-exfil', 'flow/with "any": ñame']);
  assert.deepEqual([...second.marks('another session')].sort(), ['flow/with "any": ñame', 'no-exfil']);
  assert.deepEqual([...other.marks('session')], []);
});

test('a mark is remembered for a day after it was last set', (t) => {
  const root = join(temporaryFolder(t), 'flows');
  const clock = presentClock();
  const flows = new FlowFile(root, () => 'client', clock);
  flows.mark('s', ['old', 'again']);
  clock.pass(DAY_MS / 2);
  flows.mark('s', ['again']);
  clock.pass(DAY_MS / 2);
  assert.deepEqual([...flows.marks('s')], ['again']);
  clock.pass(DAY_MS / 2);
  assert.deepEqual([...flows.marks('s')], []);
});

test('marks of clients that are long gone are removed', (t) => {
  const root = join(temporaryFolder(t), 'flows');
  const clock = presentClock();
  new FlowFile(root, () => 'gone', clock).mark('s', ['a']);
  clock.pass(3 * DAY_MS);
  new FlowFile(root, () => 'here', clock).mark('s', ['a']);
  assert.equal(readdirSync(root).length, 1);
});

test('what cannot be remembered or read throws, which denies', (t) => {
  const root = join(temporaryFolder(t), 'flows');
  const flows = new FlowFile(root, () => 'client', presentClock());
  assert.throws(() => flows.mark('s', ['x'.repeat(200)]), /too long/);
  assert.throws(
    () =>
      flows.mark(
        's',
        Array.from({ length: 1001 }, (_, index) => `flow-${index}`),
      ),
    /too many/,
  );
  const file = join(temporaryFolder(t), 'file');
  writeFileSync(file, '');
  assert.throws(() => new FlowFile(join(file, 'flows'), () => 'client', presentClock()).mark('s', ['a']));
  const folder = join(temporaryFolder(t), 'loop');
  mkdirSync(folder);
  const unreadable = new FlowFile(folder, () => 'x'.repeat(100), presentClock());
  assert.throws(() => unreadable.marks('s'), /too long/);
});

test('in memory, a session keeps its marks for a day and shares them with no other', () => {
  const clock = new FakeClock();
  const flows = new FlowMarks(clock);
  flows.mark('s1', ['a']);
  flows.mark('s1', ['b']);
  assert.deepEqual([...flows.marks('s1')], ['a', 'b']);
  assert.deepEqual([...flows.marks('s2')], []);
  clock.pass(DAY_MS);
  assert.deepEqual([...flows.marks('s1')], []);
  flows.mark('s1', ['c']);
  assert.deepEqual([...flows.marks('s1')], ['c']);
});

test('with more sessions than fit, the marks of the oldest hold for all rather than for none', () => {
  const clock = new FakeClock();
  const flows = new FlowMarks(clock, 2);
  flows.mark('s1', ['a']);
  flows.mark('s2', ['b']);
  flows.mark('s1', ['a2']);
  flows.mark('s3', ['c']);
  assert.deepEqual([...flows.marks('s2')], ['b']);
  assert.deepEqual([...flows.marks('s1')], ['a', 'a2', 'b']);
  const later = new FlowMarks(clock, 1);
  later.mark('s1', ['a']);
  clock.pass(DAY_MS);
  later.mark('s2', ['b']);
  assert.deepEqual([...later.marks('s1')], []);
});
