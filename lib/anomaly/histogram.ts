/** A histogram as it is kept: first bin, then counts from there to the last that is not zero. */
export type KeptCounts = readonly number[];

/** How often something fell into each of a fixed number of bins. */
export class Histogram {
  readonly counts: Float64Array;
  total = 0;

  constructor(bins: number) {
    this.counts = new Float64Array(bins);
  }

  /** What lies beyond either end counts at that end. */
  add(bin: number): void {
    this.counts[Math.max(0, Math.min(this.counts.length - 1, bin))]! += 1;
    this.total++;
  }

  merge(other: Histogram): void {
    for (let bin = 0; bin < this.counts.length; bin++) this.counts[bin]! += other.counts[bin]!;
    this.total += other.total;
  }

  /** Lets what is old count for half, so that what comes now is not one among ever more. */
  halve(): void {
    this.total = 0;
    for (let bin = 0; bin < this.counts.length; bin++) {
      this.counts[bin] = Math.floor(this.counts[bin]! / 2);
      this.total += this.counts[bin]!;
    }
  }

  clear(): void {
    this.counts.fill(0);
    this.total = 0;
  }

  /** How many lie in `bin` or above it. */
  atLeast(bin: number): number {
    let found = 0;
    for (let at = Math.max(0, bin); at < this.counts.length; at++) found += this.counts[at]!;
    return found;
  }

  /** The highest bin in which there is anything; -1 without any. */
  get top(): number {
    let bin = this.counts.length - 1;
    while (bin >= 0 && this.counts[bin] === 0) bin--;
    return bin;
  }

  kept(): KeptCounts {
    let first = 0;
    let last = this.counts.length - 1;
    while (first <= last && this.counts[first] === 0) first++;
    while (last >= first && this.counts[last] === 0) last--;
    return first > last ? [] : [first, ...this.counts.subarray(first, last + 1)];
  }

  /** Takes in what {@link kept} gave; throws for anything else. */
  restore(kept: unknown): void {
    if (!Array.isArray(kept) || !kept.every(isCount)) throw new Error('these are no counts');
    const [first = 0, ...counts] = kept as number[];
    if (first + counts.length > this.counts.length) throw new Error('there are more counts than bins');
    counts.forEach((count, at) => {
      this.counts[first + at]! += count;
      this.total += count;
    });
  }
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
