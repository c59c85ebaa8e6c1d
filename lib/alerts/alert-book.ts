import type { AlertRule } from '../model/alerts-config.ts';
import type { Clock } from '../model/clock.ts';

/** What is seen of an alert when it fires, goes on or is over. */
export interface AlertNews {
  readonly kind: 'fired' | 'goes-on' | 'resolved';
  readonly rule: AlertRule;
  /** What it is about, such as a principal; empty for a rule that looks at everything together. */
  readonly value: string;
  /** How much was counted: times within the window, occurrences of the event, percent of the budget. */
  readonly count: number;
  /** What some of the occurrences said; `more` were not kept. */
  readonly details: readonly string[];
  readonly more: number;
  /** Since when it stands, and for how long. */
  readonly sinceMs: number;
  readonly forMs: number;
  /** Why it is over. */
  readonly why?: string;
}

/** Of the occurrences of an event between two notices, as many are described. */
const MOST_DETAILS = 10;

interface Standing {
  readonly rule: AlertRule;
  readonly value: string;
  readonly sinceMs: number;
  readonly startedMs: number;
  toldMs: number | undefined;
  count: number;
  details: string[];
  more: number;
}

/**
 * The alerts that stand now: each is told once, again after a while as long as it goes on, and when it is over. Nothing is
 * told before the work that raised it has ended, so whoever is told can write records.
 */
export class AlertBook {
  readonly #clock: Clock;
  readonly #told: (news: AlertNews) => void;
  readonly #standing = new Map<string, Standing>();
  readonly #changed = new Set<Standing>();
  #isTelling = false;

  constructor(clock: Clock, told: (news: AlertNews) => void) {
    this.#clock = clock;
    this.#told = told;
  }

  /** How many stand. */
  get size(): number {
    return this.#standing.size;
  }

  stands(rule: AlertRule, value: string): boolean {
    return this.#standing.has(keyOf(rule, value));
  }

  /** It holds now. `count` is all of it, not what came since. */
  raise(rule: AlertRule, value: string, count: number, detail?: string): void {
    const key = keyOf(rule, value);
    const known = this.#standing.get(key);
    const standing = known ?? this.#begun(rule, value);
    if (known === undefined) this.#standing.set(key, standing);
    standing.count = count;
    if (detail !== undefined) {
      if (standing.details.length < MOST_DETAILS) standing.details.push(detail);
      else standing.more++;
    }
    const toldMs = standing.toldMs ?? Number.NEGATIVE_INFINITY;
    if (this.#clock.monotonic() - toldMs >= rule.repeatMs) this.#tellSoon(standing);
  }

  /** It is over. */
  end(rule: AlertRule, value: string, why: string): void {
    const key = keyOf(rule, value);
    const standing = this.#standing.get(key);
    if (standing === undefined) return;
    if (this.#changed.delete(standing)) this.#tell(standing);
    this.#standing.delete(key);
    this.#told({ ...this.#news('resolved', standing), why });
  }

  /** Tells now what would be told soon. */
  flush(): void {
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const standing of changed) this.#tell(standing);
  }

  #begun(rule: AlertRule, value: string): Standing {
    const { now, startedMs } = { now: this.#clock.now(), startedMs: this.#clock.monotonic() };
    return { rule, value, sinceMs: now, startedMs, toldMs: undefined, count: 0, details: [], more: 0 };
  }

  #tellSoon(standing: Standing): void {
    this.#changed.add(standing);
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      this.flush();
    });
  }

  #tell(standing: Standing): void {
    const news = this.#news(standing.toldMs === undefined ? 'fired' : 'goes-on', standing);
    standing.toldMs = this.#clock.monotonic();
    standing.details = [];
    standing.more = 0;
    this.#told(news);
  }

  #news(kind: AlertNews['kind'], { rule, value, count, details, more, sinceMs, startedMs }: Standing): AlertNews {
    const forMs = this.#clock.monotonic() - startedMs;
    return { kind, rule, value, count, details, more, sinceMs, forMs };
  }
}

function keyOf({ name }: AlertRule, value: string): string {
  return `${name} ${value}`;
}
