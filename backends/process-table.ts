import { readdirSync, readFileSync } from 'node:fs';

/** The variable every backend carries, and everything it starts inherits. */
export const MARKER = 'SALLYPORT_RUN';

/** When a process was started, in the kernel's own units; undefined where that cannot be read. */
export function startTimeOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

/** Whether any process of the group is left. */
export function groupAlive(pgid: number): boolean {
  try {
    process.kill(-pgid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
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
