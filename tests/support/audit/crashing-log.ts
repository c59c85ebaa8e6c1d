/**
 * Writes a signed log until a chosen step, and dies there: `node crashing-log.js HOME STEP HOW`. A step is any call that
 * changes a file. HOW: `before` it, `half` of what it writes, or `full`: half is written, then nothing fits, and after that all goes on.
 * Prints the number of each record whose commit was answered.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { SignedLog } from './signed-log.ts';

const [home, at, how] = process.argv.slice(2) as [string, string, string];
const STEPS = [
  'openSync',
  'fdatasync',
  'fdatasyncSync',
  'ftruncateSync',
  'closeSync',
  'linkSync',
  'mkdirSync',
  'rmSync',
] as const;
const RECORDS = 11;
const { writeSync } = fs;
let step = 0;
let isFull = false;

/** Whether this is the step. */
function isDue(): boolean {
  return ++step === Number(at);
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('still there');
}

const patched = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
for (const name of STEPS) {
  const real = patched[name]!;
  patched[name] = (...args) => {
    if (isDue() && how !== 'full') die();
    return real(...args);
  };
}
patched.writeSync = (fd, data, from, length) => {
  if (isFull) {
    isFull = false;
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  }
  if (!isDue()) return (writeSync as (...args: unknown[]) => number)(fd, data, from, length);
  if (how === 'before') die();
  const bytes = (data as Buffer).subarray((from as number | undefined) ?? 0);
  const half = Math.floor(((length as number | undefined) ?? bytes.length) / 2);
  if (half > 0) writeSync(fd as number, bytes, 0, half);
  if (how === 'half') die();
  isFull = true;
  return half;
};
syncBuiltinESMExports();

const log = new SignedLog(home, { every: 4, segmentBytes: 1100, copies: true });
for (let n = 1; n <= RECORDS; n++) {
  log.writer.event('noted', { n, about: 'a record of some length, as they are' });
  if (log.writer.commit()) writeSync(1, `${n}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
log.writer.close();
writeSync(1, 'ended\n');
