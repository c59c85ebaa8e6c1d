import type { ByteBudget } from '../wire/budget.ts';
import type { FrameLimits } from '../wire/reader.ts';

/** The share of what all may have unfinished that one client may take. */
const SHARE = 4;

/** The body of one request, while it is sent. */
export interface Upload {
  readonly budget: ByteBudget;
  /** Counts bytes that came; false when its client is sending too much at a time. */
  add(bytes: number): boolean;
  end(): void;
}

/** What each client is sending, so that slow bodies of one take no room from the others. */
export class Uploads {
  readonly #budget: ByteBudget;
  readonly #bySubject = new Map<string, number>();

  /** `budget` bounds what is unfinished in all. */
  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  get size(): number {
    return this.#bySubject.size;
  }

  /** One more body of a client; whatever its share, a frame of the largest size fits in. */
  begin(subject: string, { maxFrameBytes }: FrameLimits): Upload {
    const most = Math.max(this.#budget.limit / SHARE, 2 * maxFrameBytes);
    let own = 0;
    return {
      budget: this.#budget,
      add: (bytes) => {
        own += bytes;
        return this.#change(subject, bytes) <= most;
      },
      end: () => {
        this.#change(subject, -own);
        own = 0;
      },
    };
  }

  #change(subject: string, bytes: number): number {
    const now = (this.#bySubject.get(subject) ?? 0) + bytes;
    if (now === 0) this.#bySubject.delete(subject);
    else this.#bySubject.set(subject, now);
    return now;
  }
}
