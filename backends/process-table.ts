import { readdirSync, readFileSync } from 'node:fs';

/** The variable every backend carries, and everything it starts inherits. */
export const MARKER = 'SALLYPORT_RUN';

/** The label of every container of a run; its value is that of the variable. */
export const RUN_LABEL = 'dev.sallyport.run';

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
  return list('/proc').some((entry) => /^\d/.test(entry) && livesIn(Number(entry), pgid));
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

/** Processes that carry `run` in their environment, except ourselves (Linux; elsewhere the guardian asks ps). */
export function markedProcesses(run: string): number[] {
  const needle = `${MARKER}=${run}`;
  const found: number[] = [];
  for (const entry of list('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    if (read(`/proc/${pid}/environ`)?.includes(needle)) found.push(pid);
  }
  return found;
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
