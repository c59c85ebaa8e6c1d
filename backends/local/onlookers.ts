import { statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownProcess, withdraw } from './announced.ts';
import { makeRunFolder } from './run-folder.ts';
import { runningIn } from './running-in.ts';

const NAME = /^(\d{1,10})-(\d{0,20})\.watching$/;
const ROOT = 0;

/**
 * Says in the folder of the sockets that this process will look at every gateway that comes; what this answers takes it back.
 * Throws where the folder cannot be had, or is not ours: what root makes there would keep its user out.
 */
export function beginWatching(folder: string): () => void {
  if (process.getuid?.() === ROOT && ownerOfPlace(folder) !== ROOT)
    throw new Error(`${folder} belongs to another user`);
  const own = ownProcess();
  const real = makeRunFolder(folder);
  writeFileSync(join(real, `${own.pid}-${own.start}.watching`), '', { mode: 0o600 });
  return () => withdraw(real, own);
}

/**
 * Whether somebody has said so who still runs. Whoever says it falsely has calls wait that would be refused, and no more. What
 * others left behind when they were killed is taken away.
 */
export function isSomebodyWatching(folder: string): boolean {
  return runningIn(folder, NAME).length > 0;
}

/** Whose folder it is, or that in which it would be made. */
function ownerOfPlace(folder: string): number {
  for (let at = folder; ; at = dirname(at)) {
    const stat = statSync(at, { throwIfNoEntry: false });
    if (stat !== undefined) return stat.uid;
  }
}
