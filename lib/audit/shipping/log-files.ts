import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

const SEGMENT = /^(audit-[A-Za-z0-9._-]+-(\d+)-\d+)(?:\.(\d+))?\.jsonl$/;
const FOLDER = 'shipping';

/** The segments of one process. */
export interface LogFiles {
  readonly name: string;
  readonly dir: string;
  readonly pid: number;
  /** Numbers of the segments that are there, from 1, in order. */
  readonly segments: readonly number[];
}

/** The logs in a folder; none when there is no such folder. */
export async function logsIn(dir: string): Promise<LogFiles[]> {
  const found = new Map<string, { pid: number; segments: number[] }>();
  for (const file of await namesIn(dir)) {
    const [, name, pid, n = '1'] = SEGMENT.exec(file) ?? [];
    if (name === undefined) continue;
    const log = found.get(name) ?? { pid: Number(pid), segments: [] };
    log.segments.push(Number(n));
    found.set(name, log);
  }
  return [...found].map(([name, { pid, segments }]) => ({ name, dir, pid, segments: segments.sort((a, b) => a - b) }));
}

export function segmentPath({ name, dir }: Pick<LogFiles, 'name' | 'dir'>, segment: number): string {
  return join(dir, `${name}${segment === 1 ? '' : `.${segment}`}.jsonl`);
}

/** Log and number of a segment, by the name of its file; undefined for anything else. */
export function segmentOf(file: string): { readonly log: string; readonly segment: number } | undefined {
  const [, log, , n = '1'] = SEGMENT.exec(file) ?? [];
  return log === undefined ? undefined : { log, segment: Number(n) };
}

/** What is kept of one destination: cursors, locks, and what it would not take. */
export function shippingFolder(dir: string, destination: string): string {
  return join(dir, FOLDER, destination);
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
