import type { After } from '../model/after.ts';

export interface LatecomersGround {
  readonly after: After;
  /** How long those are worth waiting for who are about to look and are not there yet, in milliseconds; 0 for nobody. */
  onlookersWithinMs(): number;
}

/** Calls that came before those who would be asked about them: each waits a moment for somebody who is known to be coming. */
export class Latecomers {
  readonly #ground: LatecomersGround;
  readonly #waiting = new Set<() => void>();

  constructor(ground: LatecomersGround) {
    this.#ground = ground;
  }

  /**
   * Calls `again` once, when somebody has come or will not any more. What this answers ends the wait, and whatever `again`
   * has begun. Undefined where nobody is coming.
   */
  await(again: () => () => void): (() => void) | undefined {
    const ms = this.#ground.onlookersWithinMs();
    if (ms <= 0) return undefined;
    let end = () => {};
    const leave = () => {
      this.#waiting.delete(soon);
      end();
    };
    const go = () => {
      this.#waiting.delete(soon);
      end = again();
    };
    // Not before whoever came has been told that they are there.
    const soon = () => {
      end();
      end = this.#ground.after(0, go);
    };
    end = this.#ground.after(ms, go);
    this.#waiting.add(soon);
    return leave;
  }

  /** Somebody has begun to look. */
  came(): void {
    for (const soon of this.#waiting) soon();
    this.#waiting.clear();
  }
}
