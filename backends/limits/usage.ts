import { type ChildrenOf, familyNow, processAt, proportionalMemory } from './process-files.ts';

/** What a tree of processes uses. */
export interface Usage {
  /** Bytes in use, each page once for every process that has it. */
  readonly memoryBytes: number;
  /** Processes and their threads. */
  readonly tasks: number;
}

/**
 * A process and all it has started, as far as that can be seen (Linux). A process whose parent ended belongs to
 * somebody else, so those that were seen once are remembered. In a namespace of its own the first process inherits
 * them, and nobody gets away; elsewhere one does that leaves its parent between two looks.
 */
export class ProcessTree {
  readonly #root: number;
  /** When each was started. */
  #known = new Map<number, string>();

  constructor(root: number) {
    this.#root = root;
  }

  /** Looks at all of them; undefined when none is left. */
  look(childrenOf: ChildrenOf = familyNow()): Usage | undefined {
    const seen = new Map<number, string>();
    let memoryBytes = 0;
    let tasks = 0;
    const queue = [this.#root, ...this.#known.keys()];
    for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
      if (seen.has(pid)) continue;
      const found = processAt(pid);
      if (found === undefined || (this.#known.get(pid) ?? found.started) !== found.started) continue;
      seen.set(pid, found.started);
      memoryBytes += found.memoryBytes;
      tasks += found.tasks;
      queue.push(...childrenOf(pid, found.tasks));
    }
    this.#known = seen;
    return seen.size === 0 ? undefined : { memoryBytes, tasks };
  }

  /** Bytes in use of those seen last, with what they share counted once. */
  exactMemory(): number {
    let bytes = 0;
    for (const pid of this.#known.keys()) bytes += proportionalMemory(pid) ?? processAt(pid)?.memoryBytes ?? 0;
    return bytes;
  }
}
