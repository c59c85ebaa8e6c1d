import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A limit a cgroup can hold for all processes in it together. */
export type HeldLimit = 'memory' | 'processes';

/** One folder of a cgroup file system. */
export interface CgroupFolder {
  readonly path: string;
  /** What it limits. */
  readonly holds: readonly HeldLimit[];
  /** File name and text of each setting, in the order they must be written. `optional` ones may not exist. */
  readonly settings: readonly { readonly file: string; readonly text: string; readonly optional?: boolean }[];
  /** Where the kernel counts what it did about a limit: file and the word in front of the number. */
  readonly counters: readonly { readonly limit: HeldLimit; readonly file: string; readonly word: string }[];
  /** The file that ends all in it (v2, Linux 5.14). */
  readonly killFile?: string;
}

/** How long a folder is tried to be removed, in steps: the dead leave their cgroup a moment after they are reaped. */
const REMOVE_AFTER_MS = [0, 10, 40, 150, 300];

/** The cgroups of one start of one backend: one folder, or one for each hierarchy of v1. */
export class CgroupPlace {
  readonly #folders: readonly CgroupFolder[];

  /** Folders that are there. */
  constructor(folders: readonly CgroupFolder[]) {
    this.#folders = folders;
  }

  /** Makes the folders with their limits; undefined when one cannot be made or set, and then none is left. */
  static make(folders: readonly CgroupFolder[]): CgroupPlace | undefined {
    const made: string[] = [];
    try {
      for (const { path, settings } of folders) {
        mkdirSync(path);
        made.push(path);
        for (const { file, text, optional } of settings) write(join(path, file), text, optional === true);
      }
      return new CgroupPlace(folders);
    } catch {
      for (const path of made) removed(path);
      return undefined;
    }
  }

  /** Files a process writes its number into to be held, with all it starts. */
  get joins(): readonly string[] {
    return this.#folders.map(({ path }) => join(path, 'cgroup.procs'));
  }

  get holds(): Readonly<Record<HeldLimit, boolean>> {
    const held = this.#folders.flatMap(({ holds }) => holds);
    return { memory: held.includes('memory'), processes: held.includes('processes') };
  }

  /** The limit the kernel had to enforce: it killed for memory, or refused a process or thread. */
  breach(): HeldLimit | undefined {
    const counters = this.#folders.flatMap(({ path, counters }) => counters.map((counter) => ({ path, ...counter })));
    const hit = (limit: HeldLimit) =>
      counters.some((counter) => counter.limit === limit && count(join(counter.path, counter.file), counter.word) > 0);
    if (hit('memory')) return 'memory';
    return hit('processes') ? 'processes' : undefined;
  }

  /** Kills all in it, those that left their process group as well. */
  kill(): void {
    for (const { path, killFile } of this.#folders) {
      if (killFile !== undefined && wrote(join(path, killFile), '1')) return;
    }
    for (const { path } of this.#folders) for (const pid of members(path)) signal(pid);
  }

  /** Removes the folders once nothing is in them; resolves when they are gone, or it was given up. */
  async remove(): Promise<void> {
    let left = this.#folders.map(({ path }) => path);
    for (const ms of REMOVE_AFTER_MS) {
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      left = left.filter((path) => !removed(path));
      if (left.length === 0) return;
    }
  }
}

/** Removes an empty cgroup; false when processes are in it. */
export function removed(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** A setting is there or it is not: a file that is made by writing would be in no cgroup file system. */
function write(path: string, text: string, optional: boolean): void {
  try {
    writeFileSync(path, text, { flag: 'r+' });
  } catch (error) {
    if (!optional || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function wrote(path: string, text: string): boolean {
  try {
    write(path, text, false);
    return true;
  } catch {
    return false;
  }
}

/** The number after `word` at the start of a line; 0 where there is none. */
function count(path: string, word: string): number {
  try {
    const line = readFileSync(path, 'latin1')
      .split('\n')
      .find((text) => text.startsWith(`${word} `));
    return Number(line?.slice(word.length + 1) ?? 0);
  } catch {
    return 0;
  }
}

function members(path: string): number[] {
  try {
    return readFileSync(join(path, 'cgroup.procs'), 'latin1').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function signal(pid: number): void {
  try {
    if (pid > 1) process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself between the look and the signal.
  }
}
