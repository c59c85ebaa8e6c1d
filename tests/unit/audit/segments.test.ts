import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { prune, reserveName, segmentName, segmentsIn } from '../../../lib/audit/files.ts';
import { Segment } from '../../../lib/audit/segment.ts';
import { temporaryFolder } from '../../support/folder.ts';

const HOUR = 3_600_000;
/** Process numbers end far below this one. */
const NOBODY = 2 ** 30;

test('a segment appends to a file of its own and never to one that is there', (t) => {
  const dir = temporaryFolder(t);
  const segment = new Segment(dir, 'audit-h-1-1.jsonl');
  segment.append(Buffer.from('one\n'));
  segment.append(Buffer.from('two\n'));
  assert.equal(segment.size, 8);
  assert.equal(readFileSync(segment.path, 'utf8'), 'one\ntwo\n');
  assert.equal(statSync(segment.path).mode & 0o777, 0o600);
  assert.throws(() => new Segment(dir, 'audit-h-1-1.jsonl'), /EEXIST/);
  segment.close();
});

test('the reserve is 256 KiB beside the segment, is held once and goes with it', (t) => {
  const dir = temporaryFolder(t);
  const segment = new Segment(dir, 'audit-h-1-1.jsonl');
  const reserve = join(dir, reserveName('audit-h-1-1.jsonl'));
  assert.equal(segment.reserveHeld, false);
  segment.holdReserve();
  segment.holdReserve();
  assert.equal(statSync(reserve).size, 256 * 1024);
  assert.equal(statSync(reserve).mode & 0o777, 0o600);
  segment.close();
  assert.equal(existsSync(reserve), false);
  segment.holdReserve();
  assert.equal(existsSync(reserve), false, 'a closed segment needs none');
});

test('segments are told from other files and listed by age', (t) => {
  const dir = temporaryFolder(t);
  const names = [segmentName(7, 1000.4, 1), segmentName(7, 1000.4, 2), 'audit-my-host.example-1-2.jsonl'];
  assert.match(names[0]!, /^audit-.+-7-1000\.jsonl$/);
  assert.match(names[1]!, /^audit-.+-7-1000\.2\.jsonl$/);
  for (const [i, name] of names.entries()) {
    writeFileSync(join(dir, name), '');
    utimesSync(join(dir, name), 0, 1000 - i);
  }
  for (const other of ['notes.jsonl', '.audit-h-1-1.jsonl.reserve', 'audit-h-1-1.jsonl.gz', 'audit-h.jsonl'])
    writeFileSync(join(dir, other), '');
  assert.deepEqual(
    segmentsIn(dir).map(({ path }) => path),
    names.reverse().map((name) => join(dir, name)),
  );
});

test('checkpoints stay while their segment does, and as long again', (t) => {
  const dir = temporaryFolder(t);
  const now = Date.now();
  const add = (name: string, ageMs: number) => {
    writeFileSync(join(dir, name), '');
    utimesSync(join(dir, name), (now - ageMs) / 1000, (now - ageMs) / 1000);
  };
  add('audit-h-1-1.jsonl.checkpoints', 3 * HOUR);
  add('audit-h-1-1.2.jsonl', HOUR / 2);
  add('audit-h-1-1.2.jsonl.checkpoints', 3 * HOUR);
  add('audit-h-2-1.jsonl.checkpoints', 1.5 * HOUR);
  add('notes.jsonl.checkpoints', 3 * HOUR);
  prune(dir, 'audit-h-9-9.jsonl', now, HOUR);
  assert.deepEqual(readdirSync(dir).sort(), [
    'audit-h-1-1.2.jsonl',
    'audit-h-1-1.2.jsonl.checkpoints',
    'audit-h-2-1.jsonl.checkpoints',
    'notes.jsonl.checkpoints',
  ]);
});

test('only what is older than `retention` and written by nobody is deleted', (t) => {
  const dir = temporaryFolder(t);
  const now = Date.now();
  const add = (name: string, ageMs: number) => {
    writeFileSync(join(dir, name), '');
    utimesSync(join(dir, name), now / 1000, (now - ageMs) / 1000);
    return name;
  };
  const current = add(segmentName(process.pid, 2, 3), 9 * HOUR);
  const inUse = add(segmentName(process.ppid, 1, 1), 9 * HOUR);
  const young = add(segmentName(NOBODY, 1, 1), 0.9 * HOUR);
  const foreignYoung = add('.audit-other-1-1.jsonl.reserve', 0.5 * HOUR);
  const ownEarlier = add(segmentName(process.pid, 2, 1), 2 * HOUR);
  const ended = add(segmentName(NOBODY, 1, 2), 2 * HOUR);
  const foreign = add('audit-other-1-1.jsonl', 2 * HOUR);
  const stale = add(reserveName(young), 0);
  const foreignStale = add('.audit-other-2-1.jsonl.reserve', 2 * HOUR);
  const kept = [current, inUse, young, foreignYoung, add(reserveName(current), 0), add(reserveName(inUse), 0)];
  const stranger = add('README', 900 * HOUR);
  assert.deepEqual(prune(dir, current, now, HOUR), { segments: 3, bytes: 0 });
  assert.deepEqual(new Set(readdirSync(dir)), new Set([...kept, stranger]));
  for (const gone of [ownEarlier, ended, foreign, stale, foreignStale]) assert.ok(!readdirSync(dir).includes(gone));
});
