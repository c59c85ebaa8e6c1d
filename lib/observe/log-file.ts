import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownFolder } from '../model/own-folder.ts';
import { processRuns } from '../model/process-runs.ts';

const NAME = /^sallyport-(\d+)-\d+\.log$/;
const MOST_FILES = 50;

/** Name of the log of the process `pid`, so that no two write to the same file. */
export function logFileName(pid: number, nowMs: number): string {
  return `sallyport-${pid}-${Math.round(nowMs)}.log`;
}

/** Makes sure that `file` can be appended to, by its owner alone; throws when it cannot. */
export function makeLogFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
}

/** The same in a folder of our own, where nobody else can have put a link in its place. */
export function makeOwnLogFile(file: string): void {
  const folder = dirname(file);
  ownFolder(dirname(folder));
  ownFolder(folder);
  makeLogFile(file);
  pruneLogFiles(folder);
}

/** Deletes all but the newest logs in `dir`; what a running process writes to stays. */
function pruneLogFiles(dir: string): void {
  const logs = readdirSync(dir)
    .filter((name) => NAME.test(name))
    .map((name) => ({ name, changedMs: statSync(join(dir, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.changedMs - a.changedMs);
  for (const { name } of logs.slice(MOST_FILES)) {
    if (!processRuns(Number(NAME.exec(name)![1]))) rmSync(join(dir, name), { force: true });
  }
}
