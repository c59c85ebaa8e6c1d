import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { checkpointsPath, parseCheckpoints, readCheckpoints } from '../../../lib/audit/checkpoints/checkpoint-file.ts';
import { Checkpoints } from '../../../lib/audit/checkpoints/checkpoints.ts';
import { segmentName } from '../../../lib/audit/files.ts';
import type { Clock } from '../../../lib/model/clock.ts';
import {
  checkpointFiles,
  coveredBy,
  endedLog,
  eventually,
  linesOf,
  SignedLog,
  verified,
} from '../../support/audit/signed-log.ts';
import { temporaryFolder } from '../../support/folder.ts';

class SetClock implements Clock {
  nowMs = 1_795_000_000_000;
  monotonicMs = 0;
  now = () => this.nowMs;
  monotonic = () => this.monotonicMs;
}

const sizes = (file: string) => readCheckpoints(file)!.checkpoints.map(({ size }) => size);

test('neither a key nor a file is made before there is something to sign', async (t) => {
  const log = new SignedLog(temporaryFolder(t), { every: 5 });
  log.write(4);
  log.checkpoints.tick();
  assert.deepEqual([checkpointFiles(log.dir), existsSync(log.keyFile)], [[], false]);
  await log.signed(1);
  const [file] = checkpointFiles(log.dir);
  assert.deepEqual(sizes(file!), [5]);
  assert.equal(statSync(file!).mode & 0o777, 0o600);
  assert.equal(statSync(log.keyFile).mode & 0o777, 0o600);
  log.writer.close();
  assert.deepEqual(sizes(file!), [5], 'nothing was added since');
});

test('what was added is signed after a minute, by a clock that cannot go back, and at the end', async (t) => {
  const clock = new SetClock();
  const log = new SignedLog(temporaryFolder(t), { every: 1000, clock });
  log.write(3);
  clock.nowMs -= 3_600_000;
  clock.monotonicMs = 59_999;
  log.checkpoints.tick();
  assert.equal(coveredBy(log.dir), 0);
  clock.monotonicMs = 60_000;
  log.checkpoints.tick();
  await eventually(() => coveredBy(log.dir) === 3);
  clock.monotonicMs = 200_000;
  log.checkpoints.tick();
  log.write(1);
  log.writer.close();
  assert.deepEqual(sizes(checkpointFiles(log.dir)[0]!), [3, 4]);
  assert.equal(verified(log.files, [log.verifier]).fault, undefined, 'times in the log went back, which is no fault');
});

/** Checkpoints of a segment that reaches the device when the test says so. */
function held(t: TestContext) {
  const home = temporaryFolder(t);
  const said: string[] = [];
  const flushes: ((error?: Error | null) => void)[] = [];
  const checkpoints = new Checkpoints(
    { enabled: true, keyFile: join(home, 'audit.key'), every: 2, copyTo: undefined },
    {
      clock: new SetClock(),
      log: { write: (level, event) => void said.push(`${level} ${event}`) },
      report: () => {},
      copies: undefined,
    },
  );
  const begin = (name: string) => {
    checkpoints.began({ path: join(home, name), flushed: (done) => void flushes.push(done) });
  };
  const write = (records: number) => {
    checkpoints.wrote(Buffer.from('{}\n'.repeat(records)), records);
    checkpoints.tick();
  };
  begin('audit-h-1-1.jsonl');
  return { checkpoints, begin, write, flushes, said, sizesOf: (name: string) => sizesIn(join(home, name)) };
}

const sizesIn = (segment: string) => readCheckpoints(checkpointsPath(segment))?.checkpoints.map(({ size }) => size);

test('nothing is signed before it is on the device, nor when it does not get there', (t) => {
  const { checkpoints, write, flushes, said, sizesOf } = held(t);
  write(2);
  assert.deepEqual([flushes.length, sizesOf('audit-h-1-1.jsonl')], [1, undefined]);
  write(3);
  assert.equal(flushes.length, 1, 'one flush after the other');
  flushes[0]!();
  assert.deepEqual(sizesOf('audit-h-1-1.jsonl'), [2], 'what came after the flush had begun is not in it');
  write(1);
  flushes[1]!(new Error('EIO'));
  assert.deepEqual([sizesOf('audit-h-1-1.jsonl'), said], [[2], ['error checkpoint_failed']]);
  checkpoints.close();
  assert.deepEqual(sizesOf('audit-h-1-1.jsonl'), [2, 6]);
});

test('a flush that ends after its segment was left, or after the end, signs nothing more', (t) => {
  const { checkpoints, begin, write, flushes, sizesOf } = held(t);
  write(2);
  begin('audit-h-1-1.2.jsonl');
  write(2);
  flushes[0]!();
  assert.deepEqual(sizesOf('audit-h-1-1.jsonl'), [2]);
  write(1);
  checkpoints.close();
  for (const flush of flushes) flush();
  assert.deepEqual(sizesOf('audit-h-1-1.2.jsonl'), [2, 5]);
});

test('each segment has its own file, which begins with the tree before it and what was signed of that', async (t) => {
  const log = await endedLog(t);
  const files = log.files;
  assert.ok(files.length >= 3);
  let before = 0;
  for (const [i, segment] of files.entries()) {
    const { before: range, checkpoints } = readCheckpoints(checkpointsPath(segment))!;
    const records = linesOf(segment).length;
    assert.equal(range?.size, i === 0 ? undefined : before);
    if (i > 0) assert.deepEqual([checkpoints[0]!.size, checkpoints[0]!.root], [before, range!.root()]);
    before += records;
    assert.equal(checkpoints.at(-1)!.size, before, 'signed when it was full, or at the end');
  }
});

test('without a place for checkpoints calls go on, it is told once and noted, and all is covered later', async (t) => {
  const clock = new SetClock();
  const log = new SignedLog(temporaryFolder(t), { every: 4, clock });
  const inTheWay = checkpointsPath(join(log.dir, segmentName(process.pid, clock.nowMs, 1)));
  mkdirSync(inTheWay, { recursive: true });
  log.write(4);
  await eventually(() => log.said.length > 0);
  log.write(8);
  log.checkpoints.tick();
  await eventually(() => linesOf(log.files[0]!).length === 13);
  assert.deepEqual(log.said, ['error checkpoint_failed']);
  const noted = linesOf(log.files[0]!)
    .map((line) => JSON.parse(line))
    .find(({ event }) => event === 'checkpoint_failed');
  assert.deepEqual([noted?.code, /EISDIR/.test(noted?.why)], ['SP7005', true]);
  rmdirSync(inTheWay);
  log.writer.close();
  assert.deepEqual(log.said, ['error checkpoint_failed', 'warn checkpoint_recovered']);
  assert.equal(coveredBy(log.dir), 13);
  assert.equal(verified(log.files, [log.verifier]).fault, undefined);
});

test('a key that others can use signs nothing', async (t) => {
  const home = temporaryFolder(t);
  const keyFile = join(home, 'audit.key');
  writeFileSync(keyFile, 'x', { mode: 0o644 });
  const log = new SignedLog(home, { keyFile });
  log.write(12);
  log.writer.close();
  assert.deepEqual(log.said, ['error checkpoint_failed']);
  assert.equal(coveredBy(log.dir), 0);
});

test('a folder elsewhere that fails is told of once, and gets what it missed', async (t) => {
  const home = temporaryFolder(t);
  const log = new SignedLog(home, { copies: true });
  writeFileSync(log.copyDir, 'in the way');
  await log.signed(10);
  await log.signed(10);
  await eventually(() => log.said.length > 0);
  rmSync(log.copyDir);
  await log.signed(10);
  log.writer.close();
  assert.deepEqual(log.said, ['error checkpoint_copy_failed']);
  assert.deepEqual([...new Set(sizes(checkpointFiles(log.copyDir)[0]!))], [10, 20, 30]);
});

test('a checkpoint that was not written to its end is passed over, wherever it was cut', async (t) => {
  const log = await endedLog(t, { segmentBytes: 1_000_000 });
  const [path] = checkpointFiles(log.dir);
  const text = readFileSync(path!, 'utf8');
  const whole = parseCheckpoints(path!, text).checkpoints;
  const lastAt = text.length - whole.at(-1)!.raw.length;
  for (let to = lastAt; to < text.length; to++) {
    const { checkpoints, unfinished, badLine } = parseCheckpoints(path!, text.slice(0, to));
    assert.deepEqual([checkpoints.length, unfinished, badLine], [whole.length - 1, to > lastAt, undefined]);
  }
  writeFileSync(path!, text.slice(0, -20));
  const { fault, coverage } = verified(log.files, [log.verifier]);
  assert.deepEqual([fault, coverage.unfinished, coverage.upTo], [undefined, true, whole.at(-2)!.size]);
});

test('one that was cut off where a place failed and came back costs none after it', async (t) => {
  const log = await endedLog(t, { segmentBytes: 1_000_000 });
  const [path] = checkpointFiles(log.dir);
  const [one, two] = readCheckpoints(path!)!.checkpoints;
  const torn = `${two!.raw.slice(0, 40)}\n`;
  const { checkpoints, unfinished, badLine } = parseCheckpoints('x', `${one!.raw}${torn}${two!.raw}`);
  assert.deepEqual(
    [checkpoints.map(({ size }) => size), unfinished, badLine],
    [[one!.size, two!.size], true, undefined],
  );
});
