import type { ByteBudget } from '../wire/budget.ts';

/** Bytes a session keeps to send again; the newest event is kept whatever its size. */
const MOST_BYTES = 1024 * 1024;
const MOST_EVENTS = 1000;

interface StoredEvent {
  readonly stream: number;
  readonly number: number;
  readonly bytes: Buffer;
}

/** The last events of one session's streams, for a client that lost its connection. */
export class EventLog {
  readonly #budget: ByteBudget;
  readonly #events: StoredEvent[] = [];
  #bytes = 0;

  /** `budget` bounds what all sessions keep together. */
  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  get size(): number {
    return this.#events.length;
  }

  add(stream: number, number: number, bytes: Buffer): void {
    this.#events.push({ stream, number, bytes });
    this.#bytes += bytes.length;
    let fits = this.#budget.add(bytes.length);
    while (this.#events.length > 0 && !fits) fits = this.#forget();
    while (this.#events.length > 1 && (this.#bytes > MOST_BYTES || this.#events.length > MOST_EVENTS)) this.#forget();
  }

  /** What came on `stream` after its event `number` and is still kept. */
  after(stream: number, number: number): StoredEvent[] {
    return this.#events.filter((event) => event.stream === stream && event.number > number);
  }

  clear(): void {
    while (this.#events.length > 0) this.#forget();
  }

  /** Forgets the oldest; answers whether everything kept anywhere fits into the budget now. */
  #forget(): boolean {
    const { bytes } = this.#events.shift()!;
    this.#bytes -= bytes.length;
    return this.#budget.add(-bytes.length);
  }
}
