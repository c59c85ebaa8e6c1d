import { type FileHandle, open } from 'node:fs/promises';
import { isBefore, type Place } from './cursor.ts';
import { type LogFiles, segmentPath } from './log-files.ts';

/** One line of a log, and the place after it. */
export interface LoggedLine {
  readonly text: string;
  /** Its number; undefined for a line that is no record. */
  readonly seq: number | undefined;
  readonly end: Place;
}

/** Whole lines of one segment, one after the other. */
export interface Stretch {
  readonly lines: readonly LoggedLine[];
  /** Where they begin: later than was asked for where a segment had ended, or is gone. */
  readonly from: Place;
  readonly end: Place;
}

export const MOST_LINES = 200;
const MOST_BYTES = 256 * 1024;
/** What is longer is no record; it is passed on in pieces, so that nothing behind it is lost. */
const LONGEST_LINE = 16 * 1024 * 1024;
const LF = 0x0a;
const SEQ = /^\{"v":1,"seq":(\d{1,15}),/;

/**
 * Reads lines of a log from `from` on, at most up to `until`; undefined when there is no whole one. The last line of a
 * segment that is not the last is taken as it is: nobody will write its end.
 */
export async function readStretch(log: LogFiles, from: Place, until?: Place): Promise<Stretch | undefined> {
  for (const segment of log.segments.filter((n) => n >= from.segment)) {
    const start = segment === from.segment ? from : { segment, offset: 0, seq: from.seq };
    const isLast = segment === log.segments.at(-1);
    const bytes = await bytesOf(log, start, until?.segment === segment ? until.offset : undefined, isLast);
    if (bytes.length > 0) return cut(bytes, start, until);
  }
  return undefined;
}

async function bytesOf(log: LogFiles, { segment, offset }: Place, until: number | undefined, isLast: boolean) {
  const file = await opened(segmentPath(log, segment));
  if (file === undefined) return Buffer.alloc(0);
  try {
    for (let most = MOST_BYTES; ; most *= 4) {
      const wanted = until === undefined ? most : until - offset;
      if (wanted <= 0) return Buffer.alloc(0);
      const bytes = await readUpTo(file, offset, wanted);
      const whole = bytes.lastIndexOf(LF) + 1;
      if (whole > 0) return bytes.subarray(0, whole);
      if (bytes.length < wanted) return isLast ? Buffer.alloc(0) : bytes;
      if (most >= LONGEST_LINE || until !== undefined) return bytes;
    }
  } finally {
    await file.close();
  }
}

function cut(bytes: Buffer, from: Place, until: Place | undefined): Stretch {
  const lines: LoggedLine[] = [];
  let at = 0;
  let last = from;
  while (at < bytes.length && lines.length < MOST_LINES) {
    const found = bytes.indexOf(LF, at);
    const next = found === -1 ? bytes.length : found + 1;
    const text = bytes.toString('utf8', at, found === -1 ? next : found);
    const [, number] = SEQ.exec(text) ?? [];
    const seq = number === undefined ? undefined : Number(number);
    const end = { segment: from.segment, offset: from.offset + next, seq: seq ?? last.seq };
    if (until !== undefined && isBefore(until, end)) break;
    lines.push({ text, seq, end });
    last = end;
    at = next;
  }
  return { lines, from, end: last };
}

async function readUpTo(file: FileHandle, offset: number, most: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(most);
  let filled = 0;
  while (filled < most) {
    const { bytesRead } = await file.read(buffer, filled, most - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function opened(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
