import { createFilter, type Filter, membersAsked, needleOf } from './filter.ts';
import { membersOf, Names } from './members.ts';
import { type AuditRecord, NotARecord, wholeBytes } from './read.ts';
import { sift, timesOf } from './sift.ts';

/** Clocks are set back and forth while a segment is written; more than this is not reckoned with. */
const CLOCK_SLACK_MS = 3_600_000;

/** A record that is looked for, as bytes that are valid until the next one is given. */
export interface Hit {
  /** The members that were asked for. */
  readonly members: AuditRecord;
  /** All of it. */
  whole(): AuditRecord;
}

/**
 * Goes through segments in their order and gives every record a filter matches. Lines are sifted by their bytes, what
 * passes is judged by the members it takes, and only what is asked for whole is parsed: a GB takes a few seconds. A line
 * that is no record throws {@link NotARecord}; one that is still being written is left out. Throws `GlobError`.
 */
export function search(
  files: readonly string[],
  filter: Filter,
  members: readonly string[],
  found: (hit: Hit) => void,
): void {
  const wanted = createFilter(filter);
  const names = new Names([...membersAsked(filter), ...members]);
  const sieve = { needle: needleOf(filter), since: isoOf(filter.sinceMs), until: isoOf(filter.untilMs) };
  for (const file of files) {
    const to = wholeBytes(file);
    if (to === 0 || isOutside(file, to, filter)) continue;
    sift(file, 0, to, sieve, (bytes, start, end) => {
      const taken = takenFrom(bytes, start, end, names) ?? parsed(file, bytes, start, end);
      if (wanted(taken)) found({ members: taken, whole: () => parsed(file, bytes, start, end) });
    });
  }
}

function takenFrom(bytes: Buffer, start: number, end: number, names: Names): AuditRecord | undefined {
  try {
    return membersOf(bytes, start, end, names);
  } catch {
    return undefined;
  }
}

function parsed(file: string, bytes: Buffer, start: number, end: number): AuditRecord {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8', start, end));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as AuditRecord;
  } catch {
    // It is none.
  }
  throw new NotARecord(`${file}: a line is not a record`);
}

/** Whether all of a segment was written before or after what is asked for, as far as its ends tell. */
function isOutside(file: string, to: number, { sinceMs, untilMs }: Filter): boolean {
  if (sinceMs === undefined && untilMs === undefined) return false;
  const times = timesOf(file, to);
  if (times === undefined || times.first > times.last) return false;
  const isBefore = sinceMs !== undefined && times.last + CLOCK_SLACK_MS < sinceMs;
  return isBefore || (untilMs !== undefined && times.first - CLOCK_SLACK_MS > untilMs);
}

/** As records write it; undefined for a moment that is written otherwise. */
function isoOf(ms: number | undefined): string | undefined {
  if (ms === undefined || ms < 0 || ms > Date.UTC(9999, 11, 31)) return undefined;
  return new Date(ms).toISOString();
}
