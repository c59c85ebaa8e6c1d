import type { Loss } from '../../model/call.ts';
import type { ListedKind, Offered } from '../../model/offered.ts';
import { TokenBucket } from '../../model/token-bucket.ts';
import type { Engine, Session } from '../ports.ts';
import type { ListReading } from './list-reading.ts';
import type { Offers } from './offers.ts';

/** A list that changes faster than it can be read is not waited for longer. */
const MOST_READINGS = 2;
/** A server could say all the time that its lists change: they are read anew once in five seconds, and a few at once. */
const READ_AGAIN_MS = 5000;
const AT_ONCE = 4;

type Then = (loss: Loss | undefined) => void;

/** Makes sure that calls are judged by what a backend offers now: whoever needs a list waits until it is current. */
export class StandingWatch {
  readonly #name: string;
  readonly #offers: Offers;
  readonly #reading: ListReading;
  readonly #engine: Engine;
  readonly #readings: TokenBucket;

  constructor(name: string, offers: Offers, reading: ListReading, engine: Engine) {
    this.#name = name;
    this.#offers = offers;
    this.#reading = reading;
    this.#engine = engine;
    this.#readings = new TokenBucket(engine.clock, AT_ONCE, 1000 / READ_AGAIN_MS);
  }

  /** The backend was started anew, which happens within bounds of its own. */
  restarted(): void {
    this.#readings.fill();
  }

  /** `then` hears when all of these lists are current, or why one is not; what is answered stops the waiting. */
  whenCurrent(kinds: readonly ListedKind[], session: Session | undefined, then: Then): () => void {
    const missing = new Set(kinds.filter((kind) => !this.#offers.isCurrent(kind)));
    if (missing.size === 0) {
      then(undefined);
      return () => {};
    }
    let over = false;
    const one = (kind: ListedKind, loss: Loss | undefined) => {
      missing.delete(kind);
      if (over || (loss === undefined && missing.size > 0)) return;
      over = true;
      then(loss);
    };
    const forgets = [...missing].map((kind) => this.#read(kind, session, 1, (loss) => one(kind, loss)));
    return () => {
      over = true;
      for (const forget of forgets) forget();
    };
  }

  /** Whether `judged` is what is offered now. */
  stands({ kind, id, hash }: Offered): boolean {
    if (kind === 'instructions') return true;
    return kindsFor(kind).every((one) => this.#offers.isCurrent(one)) && this.#offers.get(kind, id).hash === hash;
  }

  #read(kind: ListedKind, session: Session | undefined, time: number, then: Then): () => void {
    if (this.#offers.isCurrent(kind)) {
      then(undefined);
      return () => {};
    }
    let forget = () => {};
    if (!this.#readings.take(1)) {
      const again = () => {
        forget = this.#read(kind, session, time, then);
      };
      const timer = setTimeout(() => this.#engine.turn.run(again), READ_AGAIN_MS);
      forget = () => clearTimeout(timer);
      return () => forget();
    }
    let over = false;
    const stop = this.#reading.read(kind, session, (loss) => {
      over = true;
      if (loss !== undefined) then(this.#unread(loss));
      else if (this.#offers.isCurrent(kind)) then(undefined);
      else if (time < MOST_READINGS) forget = this.#read(kind, session, time + 1, then);
      else then({ code: 'SP4123', text: `${this.#name} keeps changing what it offers`, retryAfterMs: 1000 });
    });
    if (!over) forget = stop;
    return () => forget();
  }

  /** What a list ends with is not what a call ends with: the call was not made. */
  #unread(loss: Loss): Loss {
    if (loss.code !== 'SP5003') return loss;
    return { code: 'SP4127', text: `${this.#name} did not list what it offers`, retryAfterMs: 5000 };
  }
}

/** The lists a kind must be judged by: a URI may be that of a resource, or made by a template. */
export function kindsFor(kind: ListedKind): readonly ListedKind[] {
  return KINDS[kind];
}

const URIS: readonly ListedKind[] = ['resource', 'template'];
const KINDS: Readonly<Record<ListedKind, readonly ListedKind[]>> = {
  tool: ['tool'],
  prompt: ['prompt'],
  resource: URIS,
  template: URIS,
};
