import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cursor, cursorPath, readCursor } from './cursor.ts';
import { type LogFiles, segmentPath } from './log-files.ts';

const CURSOR = /^(audit-.+)\.cursor$/;

/** Whether a destination has all of a log. In doubt it has not. */
export async function isShipped(folder: string, log: LogFiles): Promise<boolean> {
  const segment = log.segments.at(-1)!;
  try {
    const cursor: Cursor | undefined = readCursor(cursorPath(folder, log.name));
    if (cursor === undefined || cursor.pending !== undefined || cursor.at.segment !== segment) return false;
    return cursor.at.offset === (await stat(segmentPath(log, segment))).size;
  } catch {
    return false;
  }
}

/** Takes away the cursors of logs that are gone. */
export async function forgetEnded(folder: string, logs: readonly LogFiles[]): Promise<void> {
  const there = new Set(logs.map(({ name }) => name));
  const names = await readdir(folder).catch((): string[] => []);
  for (const name of names) {
    const log = CURSOR.exec(name)?.[1];
    if (log !== undefined && !there.has(log)) await rm(join(folder, name), { force: true });
  }
}
