import { Histogram } from './histogram.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** How much a tool's own hours weigh against those of its caller: as much as all of them after so many calls. */
const SHARED_WEIGHT = 10;
/** What an hour nobody has seen counts for, shared by all of them. */
const UNSEEN = 0.5;
/** 1970 began on a Thursday. */
const FIRST_WEEKDAY = 4;

/** At which hours calls were made, in UTC, on weekdays and at weekends; neighbouring hours count for each other. */
export class Hours extends Histogram {
  constructor() {
    super(2 * DAY_HOURS);
  }

  static binOf(ms: number): number {
    const hours = Math.floor(ms / HOUR_MS);
    const weekday = (Math.floor(hours / DAY_HOURS) + FIRST_WEEKDAY) % 7;
    const hour = ((hours % DAY_HOURS) + DAY_HOURS) % DAY_HOURS;
    return weekday === 0 || weekday === 6 ? DAY_HOURS + hour : hour;
  }

  /** Decimal places of how often a call is to be expected within this hour. */
  surprise(bin: number, others: Hours): number {
    const shared = (others.near(bin) + UNSEEN / others.counts.length) / (others.total + UNSEEN);
    return -Math.log10((this.near(bin) + SHARED_WEIGHT * shared) / (this.total + SHARED_WEIGHT));
  }

  /** Calls of an hour, half of them by its neighbours. */
  near(bin: number): number {
    const day = bin < DAY_HOURS ? 0 : DAY_HOURS;
    const at = (hour: number) => this.counts[day + ((hour + DAY_HOURS) % DAY_HOURS)]!;
    const hour = bin - day;
    return at(hour) / 2 + (at(hour - 1) + at(hour + 1)) / 4;
  }
}

export function hourWords(bin: number): string {
  const hour = bin % DAY_HOURS;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(hour)}:00 to ${two((hour + 1) % DAY_HOURS)}:00 UTC ${bin < DAY_HOURS ? 'on weekdays' : 'at weekends'}`;
}
