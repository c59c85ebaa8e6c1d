import { readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { asObject } from '../../lib/model/json.ts';
import type { ServingMode } from '../../lib/model/live-status.ts';
import { placeFile } from '../../lib/model/placed-file.ts';
import { processRuns } from '../../lib/model/process-runs.ts';
import { namesIn } from '../names-in.ts';
import { startTimeOf } from '../process-table.ts';

/** A process, and when it was started: a number alone may be somebody else's by now. */
export interface ProcessId {
  readonly pid: number;
  /** In the kernel's own units; empty where that cannot be read. */
  readonly start: string;
}

/** A gateway that runs, as the file beside its socket tells. */
export interface Announced extends ProcessId {
  readonly mode: ServingMode;
  /** The program that started it and whose calls it takes; none for one that listens to many. */
  readonly client: ProcessId | undefined;
  readonly socket: string;
}

const MOST_BYTES = 4096;
const NAME = /^(\d{1,10})-(\d{0,20})\.json$/;
const MODES: readonly string[] = ['wrap', 'run', 'serve'];

/** This process. */
export function ownProcess(): ProcessId {
  return { pid: process.pid, start: startTimeOf(process.pid) ?? '' };
}

/** Where the socket of a process is in its folder. */
export function socketOf(folder: string, { pid, start }: ProcessId): string {
  return join(folder, `${pid}-${start}.sock`);
}

/** Tells whoever looks into the folder that this gateway is there; its socket must be listening. */
export function announce(folder: string, { pid, start, mode, client }: Omit<Announced, 'socket'>): void {
  placeFile(join(folder, `${pid}-${start}.json`), `${JSON.stringify({ version: 1, pid, start, mode, client })}\n`);
}

/** Takes back what this process said of itself, and the folder if nobody else is in it. */
export function withdraw(folder: string, { pid, start }: ProcessId): void {
  for (const end of ['json', 'sock', 'watching']) rmSync(join(folder, `${pid}-${start}.${end}`), { force: true });
  try {
    rmdirSync(folder);
  } catch {
    // Another gateway is there.
  }
}

/** The gateways that run; what others left behind when they were killed is taken away. */
export function announcedIn(folder: string): Announced[] {
  const found: Announced[] = [];
  for (const name of namesIn(folder)) {
    const [, pid, start] = NAME.exec(name) ?? [];
    if (pid === undefined || start === undefined) continue;
    const owner = { pid: Number(pid), start };
    const one = isRunning(owner) ? read(folder, name, owner) : undefined;
    if (one !== undefined) found.push(one);
    else if (!isRunning(owner)) removeStale(folder, owner);
  }
  return found.sort((a, b) => a.pid - b.pid);
}

/** Whether it is the same process as then. */
export function isRunning({ pid, start }: ProcessId): boolean {
  if (!processRuns(pid)) return false;
  const now = startTimeOf(pid);
  return now === undefined || start === '' || now === start;
}

function read(folder: string, name: string, owner: ProcessId): Announced | undefined {
  try {
    const path = join(folder, name);
    if (statSync(path).size > MOST_BYTES) return undefined;
    const { version, mode, client } = asObject(JSON.parse(readFileSync(path, 'utf8'))) ?? {};
    if (version !== 1 || !MODES.includes(String(mode))) return undefined;
    return { ...owner, mode: mode as ServingMode, client: processIdOf(client), socket: socketOf(folder, owner) };
  } catch {
    return undefined;
  }
}

function processIdOf(value: unknown): ProcessId | undefined {
  const { pid, start } = asObject(value) ?? {};
  return typeof pid === 'number' && typeof start === 'string' ? { pid, start } : undefined;
}

function removeStale(folder: string, { pid, start }: ProcessId): void {
  const theirs = `${pid}-${start}.`;
  for (const name of namesIn(folder)) {
    if (name.startsWith(theirs)) rmSync(join(folder, basename(name)), { force: true });
  }
}
