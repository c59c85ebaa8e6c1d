import { Histogram } from './histogram.ts';

/** Scores are told apart by tenths, up to 12.8. */
const PER_UNIT = 10;
const BINS = 128;
/** As many scores as are enough to go by what was seen; fewer lie in the tail, which is taken to be exponential. */
const FEW = 8;
const FEW_SHARE = 0.02;
/** What a tail is taken for before there is any: half a unit, of one score. */
const PRIOR = 0.5;
/** Nothing is more surprising than this, in decimal places. */
const MOST = 25;

/**
 * How surprising scores of one feature are for one caller: one number means nothing by itself, since features have scales
 * of their own, and callers have habits. Surprises of all features can be compared.
 */
export class Tail extends Histogram {
  #table: Float64Array | undefined;
  #basis = 0;

  constructor() {
    super(BINS);
  }

  /** The most that is learned of a score that was flagged: a little above the highest until now. */
  get most(): number {
    return (this.top + 1.5) / PER_UNIT;
  }

  static binOf(score: number): number {
    return Math.min(BINS - 1, Math.floor(score * PER_UNIT));
  }

  /** Decimal places of how often a score like this, or a higher one, is to be expected. */
  surprise(score: number): number {
    if (this.#table === undefined || this.total > this.#basis * 1.03 || this.total < this.#basis) this.#work();
    const table = this.#table!;
    const most = BINS - 1;
    const bin = Tail.binOf(score);
    // Beyond the last bin it goes on as it does there.
    const beyond = bin < most ? 0 : (score * PER_UNIT - most) * (table[most]! - table[most - 1]!);
    return Math.min(MOST, table[bin]! + Math.max(0, beyond));
  }

  override halve(): void {
    super.halve();
    this.#table = undefined;
  }

  #work(): void {
    const few = Math.max(FEW, FEW_SHARE * this.total);
    const table = new Float64Array(BINS);
    const tail = new Float64Array(BINS);
    let above = 0;
    for (let bin = BINS - 1; bin >= 0; bin--) {
      above += this.counts[bin]!;
      tail[bin] = above;
    }
    let from = 0;
    while (from < BINS - 1 && tail[from]! > few) from++;
    let excess = PRIOR * PER_UNIT;
    for (let bin = from; bin < BINS; bin++) excess += this.counts[bin]! * (bin - from);
    const meanExcess = excess / (tail[from]! + 1);
    for (let bin = 0; bin < BINS; bin++) {
      const beyond = Math.max(0, bin - from);
      const seen = (tail[Math.min(bin, from)]! + 1) / (this.total + 1);
      table[bin] = -Math.log10(seen) + (beyond / meanExcess) * Math.LOG10E;
    }
    this.#table = table;
    this.#basis = this.total;
  }
}
