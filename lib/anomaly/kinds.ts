import { isCount } from './histogram.ts';

/** A set of kinds as it is kept. */
export type KeptKinds = readonly [evicted: number, kinds: readonly (readonly [kind: string, count: number])[]];

/**
 * Which kinds of something there were, and how often each. How often a new one is to be expected follows from how many
 * were seen once (Good and Turing): where each new call brings a new kind, one more is nothing.
 */
export class Kinds {
  readonly #counts = new Map<string, number>();
  readonly #most: number;
  #total = 0;
  #once = 0;
  /** How often one was forgotten to make room, which is how often a new one came since there was none. */
  #evicted = 0;

  /** Of more than `most` kinds, the rarest are forgotten. */
  constructor(most: number) {
    this.#most = most;
  }

  get total(): number {
    return this.#total;
  }

  get size(): number {
    return this.#counts.size;
  }

  has(kind: string): boolean {
    return this.#counts.has(kind);
  }

  /** The kinds there were most often, the most frequent first. */
  commonest(most: number): readonly (readonly [kind: string, count: number])[] {
    return [...this.#counts].sort(byCount).slice(0, most);
  }

  /** Surprise of a kind: 0 when it is known, else the decimal places of how often a new one is to be expected. */
  surprise(kind: string): number {
    return this.#total === 0 || this.#counts.has(kind) ? 0 : noveltySurprise(this.#once + this.#evicted, this.#total);
  }

  add(kind: string, count = 1): void {
    const before = this.#counts.get(kind) ?? 0;
    if (before === 0 && this.#counts.size >= this.#most) this.#dropRarest();
    if (before === 1) this.#once--;
    if (before + count === 1) this.#once++;
    this.#counts.set(kind, before + count);
    this.#total += count;
  }

  merge(other: Kinds): void {
    this.#evicted += other.#evicted;
    for (const [kind, count] of other.#counts) this.add(kind, count);
  }

  /** What was seen once, and long ago, is forgotten. */
  halve(): void {
    const counts = [...this.#counts];
    this.#counts.clear();
    this.#total = 0;
    this.#once = 0;
    this.#evicted = Math.floor(this.#evicted / 2);
    for (const [kind, count] of counts) if (count > 1) this.add(kind, Math.floor(count / 2));
  }

  kept(): KeptKinds {
    return [this.#evicted, [...this.#counts].sort(byCount)];
  }

  restore(kept: unknown): void {
    const [evicted, kinds] = Array.isArray(kept) ? (kept as unknown[]) : [];
    if (!isCount(evicted) || !Array.isArray(kinds)) throw new Error('these are no kinds');
    this.#evicted += evicted;
    for (const one of kinds as unknown[]) {
      const [kind, count] = Array.isArray(one) ? (one as unknown[]) : [];
      if (typeof kind !== 'string' || kind.length > 64 || !isCount(count) || count === 0)
        throw new Error('this is no kind');
      this.add(kind, count);
    }
  }

  #dropRarest(): void {
    let rarest: string | undefined;
    for (const [kind, count] of this.#counts)
      if (rarest === undefined || count < this.#counts.get(rarest)!) rarest = kind;
    if (this.#counts.get(rarest!) === 1) this.#once--;
    this.#evicted++;
    this.#counts.delete(rarest!);
  }
}

/** Decimal places of how often something new is to be expected, after `total` of which `once` were seen one time. */
export function noveltySurprise(once: number, total: number): number {
  return -Math.log10((once + 1) / (total + 2));
}

function byCount([a, x]: readonly [string, number], [b, y]: readonly [string, number]): number {
  return y - x || (a < b ? -1 : 1);
}
