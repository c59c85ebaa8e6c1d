import type { AuditLog } from '../model/audit.ts';
import type { Call } from '../model/call.ts';
import type { Line, Outgoing } from '../wire/writer.ts';

/** Whoever staged a frame that must not leave without its record. */
export interface Recorded {
  /** Whether the frame may leave although its record could not be written. */
  readonly mayPassUnrecorded: boolean;
  /** The frame was dropped; may stage another in its place. */
  unrecorded(): void;
  /** The call it belongs to; absent where it belongs to several or none. */
  readonly call?: Call | undefined;
}

interface Staged {
  readonly out: Outgoing;
  readonly line: Line;
  readonly owner: Recorded | undefined;
}

/**
 * All that one event causes. Frames are staged while the work runs, then the records of the turn are written
 * in one go, and only then do the frames leave, in as few writes as they fit into.
 */
export class Turn {
  readonly #audit: AuditLog;
  #depth = 0;
  /** Two lists, used in turn: what a refused frame stages in its place waits for the next round. */
  #staged: Staged[] = [];
  #spare: Staged[] = [];
  readonly #dirty: Outgoing[] = [];

  constructor(audit: AuditLog) {
    this.#audit = audit;
  }

  /** Runs `work` and, when it is the outermost, lets its effects out. */
  run(work: () => unknown): void {
    this.#depth++;
    try {
      work();
    } finally {
      this.#depth--;
      if (this.#depth === 0) this.#release();
    }
  }

  stage(out: Outgoing, line: Line, owner?: Recorded): void {
    this.#staged.push({ out, line, owner });
    if (this.#depth === 0) this.#release();
  }

  #release(): void {
    do this.#releaseOnce();
    while (this.#staged.length > 0);
    const dirty = this.#dirty;
    for (let i = 0; i < dirty.length; i++) dirty[i]!.flush();
    while (dirty.length > 0) dirty.pop();
  }

  #releaseOnce(): void {
    const written = this.#audit.commit();
    const staged = this.#staged;
    this.#staged = this.#spare;
    this.#spare = staged;
    this.#depth++;
    for (let i = 0; i < staged.length; i++) {
      const { out, line, owner } = staged[i]!;
      if (written || owner === undefined || owner.mayPassUnrecorded) {
        out.put(line);
        if (!this.#dirty.includes(out)) this.#dirty.push(out);
      } else owner.unrecorded();
    }
    this.#depth--;
    while (staged.length > 0) staged.pop();
  }
}
