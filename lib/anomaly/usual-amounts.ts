import { Amounts } from './amounts.ts';
import { Hours } from './hours.ts';
import type { Lesson } from './lesson.ts';

/** How much, how often and when: of one tool, or of all tools of a caller. */
export class UsualAmounts {
  readonly bytesOut = new Amounts();
  readonly bytesIn = new Amounts();
  readonly perMinute = new Amounts();
  readonly perHour = new Amounts();
  readonly hours = new Hours();

  get #all() {
    return [this.bytesOut, this.bytesIn, this.perMinute, this.perHour, this.hours];
  }

  learn({ bytesOut, bytesIn, pace, hour }: NonNullable<Lesson['amounts']>): void {
    this.bytesOut.add(Amounts.binOf(bytesOut));
    if (bytesIn > 0) this.bytesIn.add(Amounts.binOf(bytesIn));
    this.perMinute.add(Amounts.binOf(pace.perMinute));
    this.perHour.add(Amounts.binOf(pace.perHour));
    this.hours.add(hour);
  }

  merge(other: UsualAmounts): void {
    const others = other.#all;
    this.#all.forEach((one, at) => {
      one.merge(others[at]!);
    });
  }

  halve(): void {
    for (const one of this.#all) one.halve();
  }

  kept(): unknown[] {
    return this.#all.map((one) => one.kept());
  }

  restore(kept: unknown): void {
    const all = this.#all;
    if (!Array.isArray(kept) || kept.length !== all.length) throw new Error('these are no amounts');
    all.forEach((one, at) => {
      one.restore(kept[at]);
    });
  }
}
