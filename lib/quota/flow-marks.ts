import type { Clock } from '../model/clock.ts';
import type { FlowMemory } from '../model/flow-memory.ts';

/** How long a scope is remembered after its last mark. */
export const MARK_LIFE_MS = 24 * 60 * 60 * 1000;
const MOST_SCOPES = 10_000;
const NONE: ReadonlySet<string> = new Set();

interface Marked {
  readonly names: Set<string>;
  at: number;
}

/**
 * Marks of one process, by session. When there are too many sessions, the marks of the oldest hold for every session
 * from then on: what somebody has read is never forgotten too early.
 */
export class FlowMarks implements FlowMemory {
  readonly #clock: Clock;
  readonly #mostScopes: number;
  readonly #scopes = new Map<string, Marked>();
  readonly #ofAll = new Set<string>();

  constructor(clock: Clock, mostScopes = MOST_SCOPES) {
    this.#clock = clock;
    this.#mostScopes = mostScopes;
  }

  marks(scope: string): ReadonlySet<string> {
    const found = this.#scopes.get(scope);
    const own = found === undefined || this.#clock.monotonic() - found.at >= MARK_LIFE_MS ? NONE : found.names;
    return this.#ofAll.size === 0 ? own : new Set([...own, ...this.#ofAll]);
  }

  mark(scope: string, names: readonly string[]): void {
    const now = this.#clock.monotonic();
    const marked = this.#scopes.get(scope) ?? { names: new Set<string>(), at: now };
    if (now - marked.at >= MARK_LIFE_MS) marked.names.clear();
    marked.at = now;
    for (const name of names) marked.names.add(name);
    // The last one marked stands last, so the first is the oldest.
    this.#scopes.delete(scope);
    this.#scopes.set(scope, marked);
    if (this.#scopes.size > this.#mostScopes) this.#forgetOldest(now);
  }

  #forgetOldest(now: number): void {
    const [scope, { names, at }] = this.#scopes.entries().next().value!;
    this.#scopes.delete(scope);
    if (now - at < MARK_LIFE_MS) for (const name of names) this.#ofAll.add(name);
  }
}
