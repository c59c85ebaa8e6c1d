import { randomBytes } from 'node:crypto';
import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { processRuns } from '../../lib/model/process-runs.ts';
import { startTimeOf } from '../process-table.ts';

const RETRY_MS = 20;
/** Work under the lock takes milliseconds; whoever holds it longer hangs. */
const PATIENCE_MS = 10_000;
/** The lock of another machine, or one whose writer was killed amid it, is of nobody after this. */
const FORGOTTEN_MS = 60_000;

/** Somebody else has it and does not let go. */
export class LockTaken extends Error {}

/** A lock that is held: a file that names its holder. */
export interface HeldLock {
  /** Whether it is still ours: somebody may have taken us for dead. */
  readonly isOurs: boolean;
  release(): void;
}

/** Takes the lock `path`, waiting for whoever has it. Rejects with {@link LockTaken} when that takes too long. */
export async function takeLock(path: string, patienceMs = PATIENCE_MS): Promise<HeldLock> {
  const mine = JSON.stringify([
    process.pid,
    startTimeOf(process.pid) ?? '',
    hostname(),
    randomBytes(8).toString('hex'),
  ]);
  const until = performance.now() + patienceMs;
  while (!put(path, mine)) {
    if (removeIfLeft(path)) continue;
    if (performance.now() > until) throw new LockTaken(`${path} is held by another process`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  return {
    get isOurs() {
      return holderIn(path) === mine;
    },
    release() {
      if (holderIn(path) === mine) rmSync(path, { force: true });
    },
  };
}

/** It appears with its holder's name in it or not at all, for an empty one could be of anybody. */
function put(path: string, holder: string): boolean {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeSync(file, holder);
    } finally {
      closeSync(file);
    }
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Takes away the lock of a process that has died. It is moved aside first: whoever has taken it meanwhile gets it back.
 */
function removeIfLeft(path: string): boolean {
  const holder = holderIn(path);
  if (holder === undefined) return true;
  if (!isLeft(holder, path)) return false;
  const aside = `${path}.${process.pid}.left`;
  try {
    renameSync(path, aside);
    if (holderIn(aside) !== holder) linkSync(aside, path);
  } catch {
    // Others were faster, and the next try shows how it went.
  } finally {
    rmSync(aside, { force: true });
  }
  return true;
}

function isLeft(holder: string, path: string): boolean {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  const [pid, started, host] = partsOf(holder);
  if (typeof pid !== 'number' || host !== hostname()) return age > FORGOTTEN_MS;
  if (!processRuns(pid)) return true;
  const now = startTimeOf(pid);
  return now !== undefined && started !== '' && now !== started;
}

function partsOf(holder: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(holder);
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

function holderIn(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
