import type { HeldLimit } from './place.ts';
import { familyNow } from './process-files.ts';
import { ProcessTree } from './usage.ts';

/** A tree of processes uses more than it may. */
export interface Overuse {
  readonly what: HeldLimit;
  /** Bytes, or processes and threads. */
  readonly used: number;
  readonly limit: number;
}

/** What is watched of one tree; undefined for what something else holds. */
export interface Watched {
  readonly memoryBytes: number | undefined;
  readonly processes: number | undefined;
  /** Nothing else stops a fork bomb between two looks. */
  readonly urgent: boolean;
}

interface Entry {
  readonly tree: ProcessTree;
  readonly watched: Watched;
  readonly onOveruse: (overuse: Overuse) => void;
}

const LOOK_MS = 250;
const URGENT_MS = 50;

/**
 * Looks at the processes of backends where the kernel does not hold their limits (Linux). One timer for all, and none
 * while nothing is watched. A tree is told of once, and then no more looked at.
 */
export class Watch {
  readonly #entries = new Set<Entry>();
  #timer: NodeJS.Timeout | undefined;
  #everyMs = 0;

  /** Watches `pid` and all it starts, until it is gone or what this answers is called. */
  add(pid: number, watched: Watched, onOveruse: (overuse: Overuse) => void): () => void {
    if (process.platform !== 'linux') return () => {};
    if (watched.memoryBytes === undefined && watched.processes === undefined) return () => {};
    const entry: Entry = { tree: new ProcessTree(pid), watched, onOveruse };
    this.#entries.add(entry);
    this.#schedule();
    return () => this.#drop(entry);
  }

  /** Looks at all of them now. */
  round(): void {
    if (this.#entries.size === 0) return;
    const family = familyNow();
    for (const entry of [...this.#entries]) {
      const usage = entry.tree.look(family);
      const overuse = usage && overuseOf(entry, usage.memoryBytes, usage.tasks);
      if (usage === undefined || overuse !== undefined) this.#drop(entry);
      if (overuse !== undefined) entry.onOveruse(overuse);
    }
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry);
    this.#schedule();
  }

  #schedule(): void {
    const urgent = [...this.#entries].some(({ watched }) => watched.urgent);
    const everyMs = this.#entries.size === 0 ? 0 : urgent ? URGENT_MS : LOOK_MS;
    if (everyMs === this.#everyMs) return;
    this.#everyMs = everyMs;
    clearInterval(this.#timer);
    this.#timer = everyMs === 0 ? undefined : setInterval(() => this.round(), everyMs).unref();
  }
}

/** What processes share counts for each at first, and is only looked at when that is too much. */
function overuseOf({ tree, watched }: Entry, memoryBytes: number, tasks: number): Overuse | undefined {
  const { memoryBytes: mostBytes, processes: most } = watched;
  if (most !== undefined && tasks > most) return { what: 'processes', used: tasks, limit: most };
  if (mostBytes === undefined || memoryBytes <= mostBytes) return undefined;
  const used = tree.exactMemory();
  return used > mostBytes ? { what: 'memory', used, limit: mostBytes } : undefined;
}
