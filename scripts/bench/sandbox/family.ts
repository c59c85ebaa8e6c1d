import { readdirSync, readFileSync } from 'node:fs';

/** A process and all it has started that are still there (Linux). */
export function familyOf(pid: number): number[] {
  const children = tasks(pid).flatMap((task) => read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean));
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))];
}

/** Milliseconds of processor time, which does not depend on what else the machine does as much as the clock on the wall. */
export function processorMs(pids: readonly number[]): number {
  const ns = pids.flatMap((pid) =>
    tasks(pid).map((task) => Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0])),
  );
  return ns.reduce((sum, one) => sum + one, 0) / 1e6;
}

/** Megabytes in use, every page shared among those that have it. */
export function megabytes(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0));
  return kilobytes.reduce((sum, one) => sum + one, 0) / 1000;
}

export function nameOf(pid: number): string {
  return read(`/proc/${pid}/comm`).trim();
}

function tasks(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
