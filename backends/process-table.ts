import { readFileSync } from 'node:fs';
import { namesIn } from './names-in.ts';

/** The variable every backend carries, and everything it starts inherits. */
export const MARKER = 'SALLYPORT_RUN';

/** The label of every container of a run; its value is that of the variable. */
export const RUN_LABEL = 'dev.sallyport.run';

/** PF_KTHREAD of the kernel's include/linux/sched.h. */
const KERNEL_THREAD = 0x00200000;

/** Stands for the environment of a process that has left one program and not begun the next. */
const BETWEEN = Symbol('between two programs');

/** When a process was started, in the kernel's own units; undefined where that cannot be read. */
export function startTimeOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/**
 * Whether any process of the group is left. The dead that nobody has reaped do not count: where the first process
 * of a container reaps nothing, they stay for good.
 */
export function groupAlive(pgid: number): boolean {
  try {
    process.kill(-pgid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  if (read('/proc/self/stat') === undefined || livesIn(pgid, pgid)) return true;
  return namesIn('/proc').some((entry) => /^\d/.test(entry) && livesIn(Number(entry), pgid));
}

/** Whether `pid` is a living member of the group. */
function livesIn(pid: number, pgid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return false;
  const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 3);
  return Number(group) === pgid && state !== 'Z' && state !== 'X';
}

/** Sends `signal` to a whole process group; says whether there was one. */
export function signalGroup(pgid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pgid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Sends `signal` to one process; says whether there was one. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** What one look over the process table found of a run. */
export interface MarkedLook {
  /** Processes that carry the run in their environment, except ourselves. */
  readonly marked: readonly number[];
  /** Processes on their way from one program to the next (execve(2)), which show neither words nor environment. */
  readonly between: readonly number[];
}

/**
 * Looks for processes that carry `run` in their environment, `among` all or the given ones (Linux; elsewhere the
 * guardian asks ps).
 */
export function lookForMarked(run: string, among: readonly number[] = everyProcess()): MarkedLook {
  const needle = `${MARKER}=${run}`;
  const marked: number[] = [];
  const between: number[] = [];
  for (const pid of among) {
    const environment = environmentOf(pid);
    if (environment === BETWEEN) between.push(pid);
    else if (environment?.includes(needle)) marked.push(pid);
  }
  return { marked, between };
}

function everyProcess(): number[] {
  return namesIn('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid);
}

/** What a process carries; undefined where it is not to be read, and for the dead and the kernel's own threads. */
function environmentOf(pid: number): string | typeof BETWEEN | undefined {
  const environment = read(`/proc/${pid}/environ`);
  if (environment !== '' || !hasMemory(pid)) return environment;
  // The words of a program and its environment appear together, so whatever has words has its environment by now.
  return read(`/proc/${pid}/cmdline`) === '' ? BETWEEN : read(`/proc/${pid}/environ`);
}

function hasMemory(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  const [state, , , , , , flags] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ', 7) ?? [];
  return state !== undefined && state !== 'Z' && state !== 'X' && (Number(flags) & KERNEL_THREAD) === 0;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
