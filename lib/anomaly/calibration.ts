import { Histogram } from './histogram.ts';

const PER_UNIT = 10;
const BINS = 256;

/**
 * How surprising the calls of one caller were, each when it was made. A call is as rare as its rank among them says, whatever
 * its surprise was worked out from: as long as a caller goes on as before, each rank is as likely as any other
 * (conformal prediction; Vovk, Gammerman, Shafer).
 */
export class Calibration extends Histogram {
  constructor() {
    super(BINS);
  }

  /** The most that is learned of a surprise that was flagged: a little above the highest until now. */
  get most(): number {
    return (this.top + 1.5) / PER_UNIT;
  }

  static binOf(surprise: number): number {
    return Math.min(BINS - 1, Math.floor(surprise * PER_UNIT));
  }

  /** Share of calls at least as surprising, this one counted in. */
  chance(surprise: number): number {
    return (1 + this.atLeast(Calibration.binOf(surprise))) / (this.total + 1);
  }
}
