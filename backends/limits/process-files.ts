import { existsSync, readFileSync } from 'node:fs';
import { namesIn } from '../names-in.ts';

/** One living process, as /proc/PID/stat tells it. */
export interface Process {
  readonly parent: number;
  /** In the kernel's own units; tells it from a later process with its number. */
  readonly started: string;
  /** Threads of it. */
  readonly tasks: number;
  /** Bytes in use, with the pages it shares. */
  readonly memoryBytes: number;
}

/** Tells the children of a process, which has so many threads. */
export type ChildrenOf = (pid: number, tasks: number) => readonly number[];

/** Undefined for a process that is gone or dead. */
export function processAt(pid: number): Process | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return {
    parent: Number(fields[1]),
    started: fields[19]!,
    tasks: Number(fields[17]),
    memoryBytes: Number(fields[21]) * pageBytes(),
  };
}

/**
 * Bytes in use with every shared page divided among those that have it; undefined where we may not know. The kernel
 * walks all its pages for this, which takes milliseconds.
 */
export function proportionalMemory(pid: number): number | undefined {
  const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '') ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Some kernels do not tell the children of a process (CONFIG_PROC_CHILDREN); then all processes are asked for their parent. */
export function familyNow(): ChildrenOf {
  return existsSync(`/proc/${process.pid}/task/${process.pid}/children`) ? childrenTold : childrenByParent();
}

/** Children belong to the thread that started them. */
function childrenTold(pid: number, tasks: number): number[] {
  const threads = tasks === 1 ? [String(pid)] : namesIn(`/proc/${pid}/task`);
  return threads.flatMap((thread) => {
    const children = read(`/proc/${pid}/task/${thread}/children`) ?? '';
    return children.split(' ').filter(Boolean).map(Number);
  });
}

/** The families of this moment, from one look at every process. */
export function childrenByParent(): ChildrenOf {
  const children = new Map<number, number[]>();
  for (const name of namesIn('/proc')) {
    const found = /^\d/.test(name) ? processAt(Number(name)) : undefined;
    if (found !== undefined) children.set(found.parent, [...(children.get(found.parent) ?? []), Number(name)]);
  }
  return (pid) => children.get(pid) ?? [];
}

let page: number | undefined;

/** Node knows the size of a page and does not tell it, but in how many bytes it counts its own. */
function pageBytes(): number {
  const stat = page === undefined ? read('/proc/self/stat') : undefined;
  const pages = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[21]);
  page ??= pages > 0 ? 2 ** Math.round(Math.log2(process.memoryUsage.rss() / pages)) : 4096;
  return page;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
}
