import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { CompactRange } from '../tree/compact-range.ts';
import { fromBase64, toBase64 } from '../tree/hashes.ts';
import { parseCheckpoint, type ReadCheckpoint } from './checkpoint.ts';
import { isSignatureLine } from './note.ts';

const ENDING = '.checkpoints';
const RANGE = 'tree ';
/** Origin, size and root, which is all that we write. */
const BODY_LINES = 3;
/** One of a segment of 50 MB has some 100 KB. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Where the checkpoints of a segment lie. */
export function checkpointsPath(segment: string): string {
  return `${segment}${ENDING}`;
}

/** The segment whose checkpoints lie at `path`; undefined for a file of another kind. */
export function segmentOf(path: string): string | undefined {
  return path.endsWith(`.jsonl${ENDING}`) ? path.slice(0, -ENDING.length) : undefined;
}

/** The line a file begins with whose segment is not the first: the tree before it. Its root is signed in the note that follows. */
export function rangeLine({ size, peaks }: CompactRange): string {
  return `${[`${RANGE}${size}`, ...peaks.map(toBase64)].join(' ')}\n`;
}

/** What a file of checkpoints says. */
export interface CheckpointFile {
  readonly path: string;
  /** The tree before the segment, when it begins with one. */
  readonly before: CompactRange | undefined;
  readonly checkpoints: readonly (ReadCheckpoint & { readonly line: number })[];
  /** The last one was not written to its end, as after a crash. */
  readonly unfinished: boolean;
  /** Where something stands that is no checkpoint; from 1. */
  readonly badLine: number | undefined;
}

/** Reads a file of checkpoints; undefined when there is none. */
export function readCheckpoints(path: string): CheckpointFile | undefined {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return undefined;
  if (size > MOST_BYTES) return { path, before: undefined, checkpoints: [], unfinished: false, badLine: 1 };
  return parseCheckpoints(path, readFileSync(path, 'utf8'));
}

export function parseCheckpoints(path: string, text: string): CheckpointFile {
  const lines = text.split('\n');
  // What follows the last newline is nothing, or a line that was not written to its end.
  const torn = lines.pop() !== '';
  const before = lines[0]?.startsWith(RANGE) ? rangeIn(lines[0]) : undefined;
  const headed = lines[0]?.startsWith(RANGE) ? 1 : 0;
  const checkpoints: CheckpointFile['checkpoints'][number][] = [];
  let unfinished = false;
  let badLine = headed === 1 && before === undefined ? 1 : undefined;
  let from: number = headed;
  while (from < lines.length && badLine === undefined) {
    let to = from;
    while (to < lines.length && !isSignatureLine(lines[to]!)) to++;
    if (to === lines.length) break;
    while (to < lines.length && isSignatureLine(lines[to]!)) to++;
    const whole = checkpointIn(lines, from, to);
    // One that was not written to its end may stand before one that was, where a place failed and came back.
    const begins = whole === undefined ? lines.lastIndexOf('', to - 1) - BODY_LINES : from;
    const checkpoint = whole ?? (begins > from ? checkpointIn(lines, begins, to) : undefined);
    if (checkpoint === undefined) badLine = from + 1;
    else checkpoints.push({ ...checkpoint, line: begins + 1 });
    unfinished ||= checkpoint !== undefined && whole === undefined;
    from = to;
  }
  return {
    path,
    before,
    checkpoints,
    unfinished: unfinished || (badLine === undefined && (torn || from < lines.length)),
    badLine,
  };
}

function checkpointIn(lines: readonly string[], from: number, to: number): ReadCheckpoint | undefined {
  return parseCheckpoint(`${lines.slice(from, to).join('\n')}\n`);
}

function rangeIn(line: string): CompactRange | undefined {
  const [size, ...peaks] = line.slice(RANGE.length).split(' ');
  const hashes = peaks.map(fromBase64);
  if (!/^[1-9]\d{0,14}$/.test(size!) || hashes.some((hash) => hash === undefined)) return undefined;
  try {
    return new CompactRange(Number(size), hashes as string[]);
  } catch {
    return undefined;
  }
}

/** A file that notes are added to, each whole or not at all. */
export class CheckpointAppender {
  readonly path: string;
  readonly #fd: number;
  #size: number;

  /** Throws when it cannot be opened. */
  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'a', 0o600);
    this.#size = fstatSync(this.#fd).size;
  }

  /** Throws when it cannot be written, and leaves what was there. */
  append(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    let at = 0;
    try {
      while (at < bytes.length) at += writeSync(this.#fd, bytes, at);
    } catch (error) {
      if (at > 0) ftruncateSync(this.#fd, this.#size);
      throw error;
    }
    this.#size += bytes.length;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  close(): void {
    closeSync(this.#fd);
  }
}
