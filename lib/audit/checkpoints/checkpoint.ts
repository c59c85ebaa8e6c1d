import { basename } from 'node:path';
import { fromBase64, toBase64 } from '../tree/hashes.ts';
import { type Note, parseNote } from './note.ts';

/** What a log was at one size (c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** The process whose log it is: `sallyport/<host>/<pid>-<start>`. */
  readonly origin: string;
  /** Records so far. */
  readonly size: number;
  /** Hexadecimal. */
  readonly root: string;
}

/** A checkpoint as it was read, with the note that it is. */
export interface ReadCheckpoint extends Checkpoint {
  readonly note: Note;
  /** The note as it was written. */
  readonly raw: string;
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** Undefined when `raw` is no checkpoint. Extension lines are signed, and mean nothing here. */
export function parseCheckpoint(raw: string): ReadCheckpoint | undefined {
  const note = parseNote(raw);
  if (note === undefined) return undefined;
  const [origin, digits, hash, ...rest] = note.text.slice(0, -1).split('\n');
  if (!origin || !digits || !hash || rest.includes('') || !/^(?:0|[1-9]\d{0,14})$/.test(digits)) return undefined;
  const root = fromBase64(hash);
  return root === undefined ? undefined : { origin, size: Number(digits), root, note, raw };
}

const SEGMENT = /^audit-([A-Za-z0-9._-]+)-(\d+-\d+)(?:\.\d+)?\.jsonl$/;

/** The origin of the log a segment belongs to, by its name; undefined for a file that was given another. */
export function originOf(segment: string): string | undefined {
  const [, host, run] = SEGMENT.exec(basename(segment)) ?? [];
  return host === undefined ? undefined : `sallyport/${host}/${run}`;
}
