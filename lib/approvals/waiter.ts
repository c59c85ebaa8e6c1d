import type { After } from '../model/after.ts';
import type { Seeker, Sounded } from '../model/approvals.ts';

const BEAT_MS = 10_000;

/** A call that is held until somebody answers, the time it may wait has passed, or its client is gone. */
export class Waiter {
  readonly seeker: Seeker;
  /** Whoever sits at its client may answer there, and it has not refused the form. */
  takesForm: boolean;
  readonly #done: (sounded: Sounded) => void;
  readonly #after: After;
  #stopBeats: () => void = () => {};
  #stopHold: () => void = () => {};

  constructor(seeker: Seeker, takesForm: boolean, done: (sounded: Sounded) => void, after: After) {
    this.seeker = seeker;
    this.takesForm = takesForm;
    this.#done = done;
    this.#after = after;
  }

  hold(ms: number, message: () => string, over: () => void): void {
    this.#stopHold = this.#after(ms, over);
    const beat = () => {
      this.seeker.beat(message());
      this.#stopBeats = this.#after(BEAT_MS, beat);
    };
    this.#stopBeats = this.#after(BEAT_MS, beat);
  }

  end(sounded: Sounded): void {
    this.stop();
    this.#done(sounded);
  }

  stop(): void {
    this.#stopBeats();
    this.#stopHold();
  }
}
