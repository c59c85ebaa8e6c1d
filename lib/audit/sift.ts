import { closeSync, openSync, readSync } from 'node:fs';
import { NotARecord } from './read.ts';

/** What a line must hold to be looked at closer. Whatever else is asked is judged of the record. */
export interface Sieve {
  /** Bytes that stand in the line as they are. */
  readonly needle: Buffer | undefined;
  /** Bounds of `ts`, inclusive, as records write it. */
  readonly since: string | undefined;
  readonly until: string | undefined;
}

const BLOCK = 4 * 1024 * 1024;
const LF = 0x0a;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const BEGINNING = '{"v":1,"seq":';
const TS = '"ts":"';
const LONGEST_SEQ = 20;
const TS_LENGTH = '2026-11-21T06:00:02.517Z'.length;

/**
 * Gives the lines of a segment between two offsets at the ends of lines that pass the sieve, in order, without reading
 * them as JSON. Each line is looked at as far as that it could be a record; one that could not throws {@link NotARecord}.
 * The bytes are valid until the next line is given.
 */
export function sift(
  file: string,
  from: number,
  to: number,
  sieve: Sieve,
  found: (bytes: Buffer, start: number, end: number) => void,
): void {
  const fd = openSync(file, 'r');
  try {
    let block = Buffer.allocUnsafe(BLOCK);
    let kept = 0;
    for (let offset = from; offset < to; ) {
      if (kept === block.length) block = Buffer.concat([block, Buffer.allocUnsafe(block.length)]);
      const read = readSync(fd, block, kept, Math.min(block.length - kept, to - offset), offset);
      if (read === 0) break;
      offset += read;
      const filled = kept + read;
      const whole = block.subarray(0, filled).lastIndexOf(LF) + 1;
      siftLines(file, block.subarray(0, whole), sieve, found);
      block.copyWithin(0, whole, filled);
      kept = filled - whole;
    }
  } finally {
    closeSync(fd);
  }
}

function siftLines(file: string, bytes: Buffer, { needle, since, until }: Sieve, found: Parameters<typeof sift>[4]) {
  const isTimed = since !== undefined || until !== undefined;
  let hit = needle === undefined ? 0 : bytes.indexOf(needle);
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(LF, start);
    if (bytes[start] !== OPEN || bytes[end - 1] !== CLOSE) throw new NotARecord(`${file}: a line is not an object`);
    if (needle !== undefined && hit !== -1 && hit < start) hit = bytes.indexOf(needle, start);
    const passes = needle === undefined || (hit !== -1 && hit < end);
    if (passes && (!isTimed || isWithin(bytes, start, end, since, until))) found(bytes, start, end);
    start = end + 1;
  }
}

/** By the place where our records have their time; a line that has it elsewhere is looked at closer. */
function isWithin(bytes: Buffer, start: number, end: number, since = '', until = '~'): boolean {
  const head = bytes.toString(
    'latin1',
    start,
    Math.min(end, start + BEGINNING.length + LONGEST_SEQ + TS.length + TS_LENGTH),
  );
  const at = head.indexOf(TS, BEGINNING.length);
  if (at === -1 || !head.startsWith(BEGINNING)) return true;
  const ts = head.slice(at + TS.length, at + TS.length + TS_LENGTH);
  return ts.length < TS_LENGTH || (ts >= since && ts <= until);
}

/** Times of the first and the last record of a segment, in milliseconds; undefined where they cannot be told. */
export function timesOf(file: string, to: number): { readonly first: number; readonly last: number } | undefined {
  const fd = openSync(file, 'r');
  try {
    const first = timeIn(textAt(fd, 0, Math.min(to, 256)));
    const tail = textAt(fd, Math.max(0, to - 64 * 1024), Math.min(to, 64 * 1024));
    const last = timeIn(tail.slice(tail.lastIndexOf('\n', tail.length - 2) + 1));
    return first === undefined || last === undefined ? undefined : { first, last };
  } finally {
    closeSync(fd);
  }
}

function textAt(fd: number, offset: number, length: number): string {
  const buffer = Buffer.alloc(length);
  return buffer.toString('latin1', 0, readSync(fd, buffer, 0, length, offset));
}

function timeIn(line: string): number | undefined {
  const [, ts] = /^\{"v":1,"seq":\d+,"ts":"([^"]{24})"/.exec(line) ?? [];
  const ms = ts === undefined ? Number.NaN : Date.parse(ts);
  return Number.isNaN(ms) ? undefined : ms;
}
