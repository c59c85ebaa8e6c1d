import { Histogram } from './histogram.ts';

/** Bins an octave has; 40 octaves are more than anything has bytes. */
const PER_OCTAVE = 4;
const BINS = 160;
/** Amounts of one tool count alone once there are so many of them; fewer are filled up with those of its caller. */
const ENOUGH = 30;
/** A spread is never taken for less, in octaves: what always was the same may be a little more once. */
const LEAST_SPREAD = 0.35;
/** How far the quartiles of a normal distribution lie apart, and its last tenth above the middle, in deviations. */
const QUARTILES = 1.349;
const LAST_TENTH = 1.2816;

/** What is usual of an amount, on a logarithmic scale of octaves. */
interface Usual {
  readonly middle: number;
  readonly spread: number;
  readonly basis: number;
}

/** How large something usually is, as counts on a logarithmic scale. */
export class Amounts extends Histogram {
  #usual: Usual | undefined;

  constructor() {
    super(BINS);
  }

  static binOf(amount: number): number {
    return amount <= 1 ? 0 : Math.round(Math.log2(amount) * PER_OCTAVE);
  }

  /**
   * How many spreads above the middle `amount` lies; 0 for what is no more than that. `noise` is the least spread, in
   * octaves, that chance alone gives such amounts; `others` fill up what is too few.
   */
  excess(amount: number, others: Amounts | undefined, noise: (middle: number) => number = () => 0): number {
    const usual = this.#usualWith(others);
    if (usual === undefined) return 0;
    const { middle, spread } = usual;
    return Math.max(0, (Math.log2(Math.max(1, amount)) - middle) / Math.max(spread, noise(middle)));
  }

  /** What `share` of all amounts are no larger than; undefined without any. */
  quantile(share: number): number | undefined {
    return this.total === 0 ? undefined : 2 ** (quantileOf(this, undefined, 0, share) / PER_OCTAVE);
  }

  override halve(): void {
    super.halve();
    this.#usual = undefined;
  }

  /** Worked out anew only when there is a thirtieth more to go by, since it takes longer than all the rest. */
  #usualWith(others: Amounts | undefined): Usual | undefined {
    const known = this.#usual;
    if (known !== undefined && this.total >= known.basis && this.total <= known.basis * 1.03) return known;
    const weight = others === undefined || others.total === 0 ? 0 : Math.max(0, ENOUGH - this.total);
    if (this.total + weight < ENOUGH) return undefined;
    const at = (share: number) => quantileOf(this, others, weight, share) / PER_OCTAVE;
    const middle = at(0.5);
    const spread = Math.max(LEAST_SPREAD, (at(0.75) - at(0.25)) / QUARTILES, (at(0.9) - middle) / LAST_TENTH);
    const usual: Usual = { middle, spread, basis: this.total };
    this.#usual = weight > 0 ? undefined : usual;
    return usual;
  }
}

function quantileOf(own: Amounts, others: Amounts | undefined, weight: number, share: number): number {
  const scale = weight === 0 ? 0 : weight / others!.total;
  const wanted = share * (own.total + weight);
  let below = 0;
  for (let bin = 0; bin < BINS; bin++) {
    below += own.counts[bin]! + (scale === 0 ? 0 : scale * others!.counts[bin]!);
    if (below >= wanted && below > 0) return bin;
  }
  return BINS - 1;
}
