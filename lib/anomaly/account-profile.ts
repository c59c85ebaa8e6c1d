import { ANOMALY_FEATURES, type AnomalyConfig, type LearningProgress } from '../model/anomaly.ts';
import { Calibration } from './calibration.ts';
import { isCount } from './histogram.ts';
import { noveltySurprise } from './kinds.ts';
import type { Lesson } from './lesson.ts';
import { Tail } from './tail.ts';
import { ToolProfile } from './tool-profile.ts';
import { UsualAmounts } from './usual-amounts.ts';

const DAY_MS = 86_400_000;
/** Calls whose amounts, scores and surprises count; of more, all count for half. */
const MOST_CALLS = 20_000;
const MOST_CALIBRATED = 40_000;
/** A caller may teach so many calls a day, and as many times those of its usual day, whatever it does. */
const LEAST_A_DAY = 200;
const USUAL_DAYS = 2;

/** Shares of the calls learning needs, from which on scores are given, and from which on surprises. */
const SCORES_FROM = 0.05;
const SURPRISES_FROM = 0.15;

/** What is usual of one caller. */
export class AccountProfile {
  calls = 0;
  firstMs = Number.MAX_SAFE_INTEGER;
  lastMs = 0;
  /** The day that is counted, in days since 1970, and the calls that were learned on it. */
  day = 0;
  today = 0;
  /** Enough was learned once. It stays so, whatever the clock says later. */
  learned = false;
  features = '';
  readonly amounts = new UsualAmounts();
  readonly tails = ANOMALY_FEATURES.map(() => new Tail());
  /** Of features that come call by call, and of those that calls of a session share. */
  readonly calibrations = [new Calibration(), new Calibration()] as const;
  readonly tools = new Map<string, ToolProfile>();

  /** How far learning has come; undefined once it is over. */
  progress(config: AnomalyConfig, nowMs: number, features: string): LearningProgress | undefined {
    const callsNeeded = neededCalls(config);
    const ms = this.calls === 0 ? 0 : Math.max(0, nowMs - this.firstMs);
    const isCalibrated = this.features === features && this.calibrations[0].total + 1 >= 1 / rarity(config);
    if (isCalibrated && (this.learned || (this.calls >= callsNeeded && ms >= config.learnMs))) return undefined;
    // What was calibrated for other features counts from the beginning.
    const counted = this.features === features ? this.calls : Math.ceil(SURPRISES_FROM * callsNeeded);
    return { calls: Math.min(counted, this.calls), callsNeeded, ms, msNeeded: config.learnMs };
  }

  givesScores(config: AnomalyConfig): boolean {
    return this.calls >= SCORES_FROM * neededCalls(config);
  }

  givesSurprises(config: AnomalyConfig): boolean {
    return this.calls >= SURPRISES_FROM * neededCalls(config);
  }

  /** Surprise about a tool: 0 for one that was called before. */
  toolSurprise(tool: string): number {
    if (this.calls === 0 || this.tools.has(tool)) return 0;
    let once = 0;
    for (const { calls } of this.tools.values()) if (calls === 1) once++;
    return noveltySurprise(once, this.calls);
  }

  /** Whether more can be learned at `atMs`: once learning is over, no day counts for much more than a usual one. */
  hasRoom(atMs: number): boolean {
    if (!this.learned || dayOf(atMs) !== this.day) return true;
    const days = Math.max(1, (this.lastMs - this.firstMs) / DAY_MS);
    return this.today < Math.max(LEAST_A_DAY, (USUAL_DAYS * (this.calls - this.today)) / days);
  }

  learn(lesson: Lesson): ToolProfile {
    const { atMs, amounts, scores, surprises, features } = lesson;
    this.calls++;
    this.firstMs = Math.min(this.firstMs, atMs);
    this.lastMs = Math.max(this.lastMs, atMs);
    this.today = dayOf(atMs) === this.day ? this.today + 1 : 1;
    this.day = dayOf(atMs);
    this.learned ||= lesson.done;
    if (amounts !== undefined) this.amounts.learn(amounts);
    if (scores !== undefined)
      this.tails.forEach((tail, at) => void (scores[at]! >= 0 && tail.add(Tail.binOf(scores[at]!))));
    if (surprises !== undefined) {
      this.#calibrateFor(features);
      this.calibrations.forEach((one, at) => {
        one.add(Calibration.binOf(surprises[at]!));
      });
    }
    const tool = this.toolOf(lesson.tool);
    tool.learn(lesson);
    this.#age();
    return tool;
  }

  merge(other: AccountProfile): void {
    this.calls += other.calls;
    this.firstMs = Math.min(this.firstMs, other.firstMs);
    this.lastMs = Math.max(this.lastMs, other.lastMs);
    if (other.day === this.day) this.today += other.today;
    else if (other.day > this.day) [this.day, this.today] = [other.day, other.today];
    this.learned ||= other.learned;
    this.amounts.merge(other.amounts);
    this.tails.forEach((tail, at) => {
      tail.merge(other.tails[at]!);
    });
    if (other.calibrations[0].total > 0) {
      this.#calibrateFor(other.features);
      this.calibrations.forEach((one, at) => {
        one.merge(other.calibrations[at]!);
      });
    }
    for (const [name, tool] of other.tools) this.toolOf(name).merge(tool);
    this.#age();
  }

  toolOf(name: string): ToolProfile {
    let tool = this.tools.get(name);
    if (tool === undefined) {
      tool = new ToolProfile();
      this.tools.set(name, tool);
    }
    return tool;
  }

  kept(): unknown[] {
    const tails = this.tails.map((tail) => tail.kept());
    const tools = [...this.tools].map(([name, tool]) => [name, tool.kept()]);
    const times = [this.calls, this.firstMs, this.lastMs, this.day, this.today];
    const calibrated = [this.features, ...this.calibrations.map((one) => one.kept())];
    return [times, this.learned ? 1 : 0, calibrated, this.amounts.kept(), tails, tools];
  }

  /** Throws for anything but what {@link kept} gave. */
  static restored(kept: unknown): AccountProfile {
    const [times, learned, calibrated, amounts, tails, tools] = listOf(kept, 6);
    const numbers = listOf(times, 5);
    const [features, ...calibrations] = listOf(calibrated, 3);
    if (!numbers.every(isCount) || typeof features !== 'string' || !Array.isArray(tools))
      throw new Error('this is no profile of a caller');
    const account = new AccountProfile();
    [account.calls, account.firstMs, account.lastMs, account.day, account.today] = numbers as [
      number,
      number,
      number,
      number,
      number,
    ];
    account.learned = learned === 1;
    account.features = features;
    account.calibrations.forEach((one, at) => {
      one.restore(calibrations[at]);
    });
    account.amounts.restore(amounts);
    const kept6 = listOf(tails, account.tails.length);
    account.tails.forEach((tail, at) => {
      tail.restore(kept6[at]);
    });
    for (const one of tools as unknown[]) {
      const [name, tool] = listOf(one, 2);
      if (typeof name !== 'string') throw new Error('this is no name of a tool');
      account.tools.set(name, ToolProfile.restored(tool));
    }
    return account;
  }

  /** Surprises of other features say nothing about those of these. */
  #calibrateFor(features: string): void {
    if (this.features === features) return;
    for (const one of this.calibrations) one.clear();
    this.features = features;
  }

  #age(): void {
    if (this.amounts.hours.total > MOST_CALLS) {
      this.amounts.halve();
      for (const tail of this.tails) tail.halve();
    }
    for (const one of this.calibrations) if (one.total > MOST_CALIBRATED) one.halve();
  }
}

/** What a call must be rarer than to be flagged: half of what is stated, since what holds on average is exceeded by some. */
export function rarity({ falsePositives }: AnomalyConfig): number {
  return 0.5 * falsePositives;
}

/** Calls learning needs: of fewer, none can be told to be so rare. */
export function neededCalls(config: AnomalyConfig): number {
  return Math.max(config.minCalls, Math.ceil(1.2 / rarity(config)));
}

function dayOf(ms: number): number {
  return Math.max(0, Math.floor(ms / DAY_MS));
}

function listOf(kept: unknown, length: number): readonly unknown[] {
  if (!Array.isArray(kept) || kept.length !== length) throw new Error('a profile has another form');
  return kept as unknown[];
}
