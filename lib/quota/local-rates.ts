import type { Clock } from '../model/clock.ts';
import type { Later } from '../model/later.ts';
import type { RateRule } from '../model/rules.ts';
import { Buckets } from './buckets.ts';
import type { RateMemory } from './rate-memory.ts';
import { Windows, windowCounter } from './windows.ts';

/** Rules that are remembered before those are forgotten for which nothing is counted any more. */
const MOST_RULES = 1000;

type Counted = Buckets | Windows;

/**
 * Counts in this process. A rule is known by its place, whom it is for and its numbers: one that a reload did not
 * change goes on counting, one whose numbers changed starts anew.
 */
export class LocalRates implements RateMemory {
  readonly #clock: Clock;
  readonly #counted = new Map<string, Later<Counted>>();
  readonly #names = new WeakMap<RateRule, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  take(rule: RateRule, key: string): Later<number> {
    let name = this.#names.get(rule);
    if (name === undefined) {
      name = nameOf(rule);
      this.#names.set(rule, name);
    }
    const counted = this.#counted.get(name) ?? this.#add(rule, name);
    return counted instanceof Promise ? counted.then((loaded) => loaded.take(key)) : counted.take(key);
  }

  #add(rule: RateRule, name: string): Later<Counted> {
    if (this.#counted.size >= MOST_RULES) this.#forgetIdle();
    const counted = this.#make(rule);
    this.#counted.set(name, counted);
    if (counted instanceof Promise) {
      // What could not be loaded is tried again by the next call; this one is denied.
      counted.then(
        (loaded) => this.#counted.set(name, loaded),
        () => this.#counted.delete(name),
      );
    }
    return counted;
  }

  #make({ bucket, window }: RateRule): Later<Counted> {
    if (bucket !== undefined) return new Buckets(this.#clock, bucket.perSecond, bucket.burst);
    if (window === undefined) throw new Error('a rate limit has neither a bucket nor a window');
    return windowCounter(window.max).then((counter) => new Windows(this.#clock, counter, window.ms));
  }

  #forgetIdle(): void {
    for (const [name, counted] of this.#counted) {
      if (!(counted instanceof Promise) && counted.idle) this.#counted.delete(name);
    }
  }
}

function nameOf({ rule, selector, only, per, bucket, window }: RateRule): string {
  return JSON.stringify([rule, selector, only?.kind, only?.name, per, bucket, window]);
}
