import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BudgetFile } from '../../../backends/budget-file.ts';
import { FakeClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const SLOT = { key: 'daily/calls/global', limit: 10, windowMs: 1000 };

interface Scene {
  readonly dir: string;
  readonly clock: FakeClock;
  open(mostBytes?: number): BudgetFile;
}

function scene(t: TestContext): Scene {
  const dir = join(temporaryFolder(t), 'budgets');
  const clock = new FakeClock();
  const open = (mostBytes?: number) => {
    const store = new BudgetFile(dir, clock, mostBytes);
    t.after(() => store.close());
    return store;
  };
  return { dir, clock, open };
}

function journals(dir: string): string[] {
  return readdirSync(dir).sort();
}

test('nothing is written before something is reserved, and then only its owner can read it', (t) => {
  const { dir, open } = scene(t);
  const store = open();
  assert.throws(() => statSync(dir));
  assert.equal(store.reserve(SLOT, 'one', 4).used, 4);
  assert.equal(statSync(dir).mode & 0o777, 0o700);
  assert.equal(statSync(join(dir, 'journal-1')).mode & 0o777, 0o600);
});

test('what one store reserves, another one sees, and so does one that is opened later', (t) => {
  const { open } = scene(t);
  const [first, second] = [open(), open()];
  first.reserve(SLOT, 'one', 4);
  assert.deepEqual(second.reserve(SLOT, 'one', 7), { granted: false, used: 4, resetsAtMs: 1_001_000 });
  second.reserve(SLOT, 'two', 6);
  assert.equal(first.look(SLOT).used, 10);
  first.settle(SLOT, 'one', 1);
  assert.equal(open().look(SLOT).used, 7);
});

test('settling what was never reserved changes nothing, nor does settling twice', (t) => {
  const { open } = scene(t);
  const store = open();
  store.settle(SLOT, 'nobody', 5);
  store.reserve(SLOT, 'one', 4);
  store.settle(SLOT, 'one', 2);
  store.settle(SLOT, 'one', 9);
  assert.equal(store.look(SLOT).used, 2);
});

test('what a call used beyond its reservation counts in the period in which that is known', (t) => {
  const { open, clock } = scene(t);
  const store = open();
  store.reserve(SLOT, 'one', 4);
  clock.pass(1000);
  store.settle(SLOT, 'one', 6);
  assert.equal(store.look(SLOT).used, 2);
});

test('a budget without a limit is counted all the same', (t) => {
  const { open } = scene(t);
  const store = open();
  assert.equal(store.reserve({ ...SLOT, limit: Infinity }, 'one', 400).granted, true);
  assert.equal(open().look(SLOT).used, 400);
});

test('a line somebody was killed amid is nobody’s, and hides no other', (t) => {
  const { dir, open } = scene(t);
  const first = open();
  first.reserve(SLOT, 'one', 1);
  const whole = readFileSync(join(dir, 'journal-1'), 'utf8').trimEnd().split('\n').at(-1)!;
  for (let length = 1; length < whole.length; length++) {
    appendFileSync(join(dir, 'journal-1'), `\n${whole.slice(0, length)}`);
    first.reserve(SLOT, `call-${length}`, 1);
    first.settle(SLOT, `call-${length}`, 0);
  }
  assert.equal(first.look(SLOT).used, 1);
  assert.equal(open().look(SLOT).used, 1);
});

test('lines that are no records change nothing', (t) => {
  const { dir, open } = scene(t);
  const store = open();
  store.reserve(SLOT, 'one', 1);
  const key = SLOT.key;
  for (const line of [
    '{}',
    '[]',
    'null',
    '["x","id",1,2,3,4,5]',
    '["r",1,2,3,4,5,6]',
    JSON.stringify(['r', 'id', key, 1000, 1000, -5, 10]),
    JSON.stringify(['r', 'id', key, 1000, 1000, '5', 10]),
    JSON.stringify(['s', 'id', key, 1000, 1000, 5, null]),
    JSON.stringify(['s', 'id', 7, 1000, 1000, 5, 5]),
    '\0\0\0\0',
  ]) {
    appendFileSync(join(dir, 'journal-1'), `\n${line}\n`);
  }
  assert.equal(store.look(SLOT).used, 1);
});

test('a journal that has grown is begun anew with the same sums, and old ones go', (t) => {
  const { dir, open } = scene(t);
  const [first, second] = [open(2000), open(2000)];
  const slot = { ...SLOT, limit: 1e6 };
  for (let i = 0; i < 200; i++) {
    const store = i % 2 === 0 ? first : second;
    store.reserve(slot, `call-${i}`, 3);
    store.settle(slot, `call-${i}`, 2);
  }
  first.reserve(slot, 'running', 5);
  assert.equal(first.look(slot).used, 405);
  assert.equal(second.look(slot).used, 405);
  assert.equal(journals(dir).length, 2);
  assert.ok(!journals(dir).includes('journal-1'));
  first.settle(slot, 'running', 0);
  assert.equal(open().look(slot).used, 400);
});

test('a journal that was sealed by somebody who was killed then is gone on from', (t) => {
  const { dir, open } = scene(t);
  const store = open();
  store.reserve(SLOT, 'one', 3);
  appendFileSync(join(dir, 'journal-1'), '\n["sealed"]\n');
  appendFileSync(join(dir, 'journal-1'), `\n${JSON.stringify(['r', 'late', SLOT.key, 1000, 1000, 5, 10])}\n`);
  assert.equal(open().look(SLOT).used, 3);
  assert.equal(store.reserve(SLOT, 'two', 4).used, 7);
  assert.deepEqual(journals(dir), ['journal-1', 'journal-2']);
});

test('the reservation of a process that is gone stays used when the journal begins anew', (t) => {
  const { dir, open } = scene(t);
  const store = open();
  store.reserve(SLOT, 'one', 3);
  const gone = JSON.stringify(['r', '4194305.1.abcd.0', SLOT.key, 1000, 1000, 5, 10]);
  appendFileSync(join(dir, 'journal-1'), `\n${gone}\n\n["sealed"]\n`);
  writeFileSync(join(dir, 'draft-4194305-0'), 'left behind');
  assert.equal(store.look(SLOT).used, 8);
  const summary = readFileSync(join(dir, 'journal-2'), 'utf8');
  assert.ok(!summary.includes('4194305'), 'it cannot be settled any more');
  assert.deepEqual(journals(dir), ['journal-1', 'journal-2']);
});

test('a journal that was removed by hand is begun anew by those who had it open, too', (t) => {
  const { dir, open } = scene(t);
  const [first, second] = [open(), open()];
  first.reserve(SLOT, 'one', 3);
  second.look(SLOT);
  rmSync(dir, { recursive: true });
  first.reserve(SLOT, 'two', 4);
  second.reserve(SLOT, 'three', 1);
  assert.equal(first.look(SLOT).used, second.look(SLOT).used);
});

test('a journal of another version, a broken one and a folder nobody may write are refused, not ignored', (t) => {
  const { dir, open } = scene(t);
  const store = open();
  store.reserve(SLOT, 'one', 3);
  const path = join(dir, 'journal-1');
  const text = readFileSync(path, 'utf8');
  for (const broken of ['["sallyport budgets 2",[]]\n', 'nonsense\n', '', 'no newline']) {
    writeFileSync(path, broken);
    assert.throws(() => open().reserve(SLOT, 'two', 1), Error, broken);
    assert.throws(() => open().look(SLOT), Error, broken);
  }
  writeFileSync(path, text);
  assert.equal(open().look(SLOT).used, 3);
  if (process.getuid?.() === 0) return;
  chmodSync(path, 0);
  assert.throws(() => open().look(SLOT));
});

test('what could not be settled is settled before the next reservation', (t) => {
  const { dir, open } = scene(t);
  const store = open();
  store.reserve(SLOT, 'one', 8);
  const path = join(dir, 'journal-1');
  const text = readFileSync(path, 'utf8');
  store.close();
  writeFileSync(path, 'nonsense\n');
  assert.throws(() => store.settle(SLOT, 'one', 1));
  assert.throws(() => store.reserve(SLOT, 'two', 1));
  writeFileSync(path, text);
  assert.equal(store.reserve(SLOT, 'two', 9).used, 10);
});
