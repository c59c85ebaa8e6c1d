import type { Clock } from '../../lib/model/clock.ts';
import type { DetectorCounts } from '../../lib/model/detector.ts';
import type { Log } from '../../lib/model/log.ts';

/** One failure after another is the same news; the counts say how many there were. */
const MS_BETWEEN = 60_000;

/** Counts how a detector does, and tells the log: its failures once a minute, its rests each. */
export class DetectorTally {
  readonly #name: string;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #counts = { asked: 0, failed: 0, late: 0, leftAlone: 0 };
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(name: string, log: Log, clock: Clock) {
    this.#name = name;
    this.#log = log;
    this.#clock = clock;
  }

  get counts(): DetectorCounts {
    return { ...this.#counts };
  }

  asked(): void {
    this.#counts.asked++;
  }

  leftAlone(): void {
    this.#counts.leftAlone++;
  }

  failed({ message }: Error, kind: 'failed' | 'late'): void {
    this.#counts.failed++;
    if (kind === 'late') this.#counts.late++;
    const now = this.#clock.monotonic();
    if (now - this.#toldAt < MS_BETWEEN) return;
    this.#toldAt = now;
    this.#log.write('warn', 'detector_failed', { ...this.#about(message), code: 'SP5040' });
  }

  rests(ms: number, { message }: Error): void {
    this.#log.write('warn', 'detector_rests', { ...this.#about(message), ms, code: 'SP5040' });
  }

  isBack(): void {
    this.#log.write('info', 'detector_back', this.#about());
  }

  ended(): void {
    if (this.#counts.asked > 0) this.#log.write('info', 'detector_ended', this.#about());
  }

  #about(why?: string): Readonly<Record<string, unknown>> {
    return { detector: this.#name, why, ...this.#counts };
  }
}
