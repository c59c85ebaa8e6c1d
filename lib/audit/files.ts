import { readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { processRuns } from '../model/process-runs.ts';

const SEGMENT_NAME = /^audit-([A-Za-z0-9._-]+)-(\d+)-\d+(?:\.\d+)?\.jsonl$/;
const CHECKPOINTS_NAME = /^(audit-.*\.jsonl)\.checkpoints$/;
const NONE: ReadonlySet<string> = new Set();
const RESERVE_NAME = /^\.(audit-.*\.jsonl)\.reserve$/;

/** Name of the n-th segment (from 1) of the process `pid` that started at `startMs`. */
export function segmentName(pid: number, startMs: number, n: number): string {
  return `audit-${host()}-${pid}-${Math.round(startMs)}${n === 1 ? '' : `.${n}`}.jsonl`;
}

/** Name of the reserve beside a segment: hidden, and no segment itself. */
export function reserveName(segment: string): string {
  return `.${segment}.reserve`;
}

/** One file of a log, whoever wrote it. */
export interface SegmentFile {
  readonly path: string;
  readonly changedMs: number;
  readonly bytes: number;
}

/** What a folder holds. */
export interface Holding {
  readonly segments: number;
  readonly bytes: number;
}

/** Every segment in `dir`, oldest first. */
export function segmentsIn(dir: string): SegmentFile[] {
  return readdirSync(dir)
    .filter((name) => SEGMENT_NAME.test(name))
    .map((name) => join(dir, name))
    .flatMap((path) => {
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ path, changedMs: stat.mtimeMs, bytes: stat.size }];
    })
    .sort((a, b) => a.changedMs - b.changedMs);
}

/**
 * Deletes segments nobody wrote to within `retentionMs`, and reserves whose process ended without taking them
 * away; answers what is left. The `current` one stays, and so does what another running process
 * may still write to, and what is `kept` for another reason. Checkpoints stay as long again as the records they are of, so
 * that it shows what there was.
 */
export function prune(
  dir: string,
  current: string,
  nowMs: number,
  retentionMs: number,
  kept: ReadonlySet<string> = NONE,
): Holding {
  const left = { segments: 0, bytes: 0 };
  for (const { path, changedMs, bytes } of segmentsIn(dir)) {
    const inUse = path === join(dir, current) || kept.has(path) || otherWriterRuns(basename(path));
    if (nowMs - changedMs > retentionMs && !inUse) {
      rmSync(path, { force: true });
      continue;
    }
    left.segments++;
    left.bytes += bytes;
  }
  for (const name of readdirSync(dir)) {
    const segment = RESERVE_NAME.exec(name)?.[1];
    if (segment === undefined || segment === current || otherWriterRuns(segment)) continue;
    const path = join(dir, name);
    const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (isOurs(segment) || nowMs - changedMs > retentionMs) rmSync(path, { force: true });
  }
  for (const name of readdirSync(dir)) {
    const segment = CHECKPOINTS_NAME.exec(name)?.[1];
    if (segment === undefined || segment === current || otherWriterRuns(segment)) continue;
    const path = join(dir, name);
    const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const isNeeded = statSync(join(dir, segment), { throwIfNoEntry: false }) !== undefined;
    if (!isNeeded && nowMs - changedMs > 2 * retentionMs) rmSync(path, { force: true });
  }
  return left;
}

/** Whether a process of this machine, but not this one, that a segment is named after may still be there. */
export function otherWriterRuns(segment: string): boolean {
  const pid = Number(SEGMENT_NAME.exec(segment)?.[2]);
  return isOurs(segment) && pid !== process.pid && processRuns(pid);
}

/** Whether a process of this machine wrote it. */
function isOurs(segment: string): boolean {
  return SEGMENT_NAME.exec(segment)?.[1] === host();
}

function host(): string {
  return (
    hostname()
      .replace(/[^A-Za-z0-9._-]/g, '_')
      .slice(0, 40) || 'host'
  );
}
