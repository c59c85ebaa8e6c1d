import { readdirSync, statSync, unlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

const SEGMENT_NAME = /^audit-[A-Za-z0-9._-]+-\d+-\d+(?:\.\d+)?\.jsonl$/;

/** Name of the n-th segment (from 1) of the process `pid` that started at `startMs`. */
export function segmentName(pid: number, startMs: number, n: number): string {
  const host =
    hostname()
      .replace(/[^A-Za-z0-9._-]/g, '_')
      .slice(0, 40) || 'host';
  return `audit-${host}-${pid}-${Math.round(startMs)}${n === 1 ? '' : `.${n}`}.jsonl`;
}

/** Every segment in `dir`, oldest first. */
export function segmentsIn(dir: string): { readonly path: string; readonly changedMs: number }[] {
  return readdirSync(dir)
    .filter((name) => SEGMENT_NAME.test(name))
    .map((name) => join(dir, name))
    .map((path) => ({ path, changedMs: statSync(path).mtimeMs }))
    .sort((a, b) => a.changedMs - b.changedMs);
}

/** Deletes segments nobody wrote to within `retentionMs`; answers how many are left. */
export function prune(dir: string, nowMs: number, retentionMs: number): number {
  let left = 0;
  for (const { path, changedMs } of segmentsIn(dir)) {
    if (nowMs - changedMs > retentionMs) unlinkSync(path);
    else left++;
  }
  return left;
}
