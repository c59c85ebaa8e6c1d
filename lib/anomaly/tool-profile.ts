import { isCount } from './histogram.ts';
import { Kinds } from './kinds.ts';
import type { Lesson } from './lesson.ts';
import { UsualAmounts } from './usual-amounts.ts';

/** Sets of names, names, and kinds of one value that are told apart; of more, the rarest are forgotten. */
const MOST_SETS = 32;
const MOST_NAMES = 48;
const MOST_KINDS = 24;
/** Calls that count; of more, all count for half. */
const MOST_CALLS = 10_000;

/** What is usual of one tool in the hands of one caller. */
export class ToolProfile {
  calls = 0;
  firstMs = Number.MAX_SAFE_INTEGER;
  lastMs = 0;
  readonly amounts = new UsualAmounts();
  /** Sets of names of arguments, by hash. */
  readonly sets = new Kinds(MOST_SETS);
  /** What the values of each name are like. */
  readonly kinds = new Map<string, Kinds>();

  learn({ atMs, names, parts, amounts }: Lesson): void {
    this.calls++;
    this.firstMs = Math.min(this.firstMs, atMs);
    this.lastMs = Math.max(this.lastMs, atMs);
    if (amounts !== undefined) this.amounts.learn(amounts);
    this.sets.add(names);
    for (const [name, kind] of parts) this.#kindsOf(name)?.add(kind);
    this.#age();
  }

  merge(other: ToolProfile): void {
    this.calls += other.calls;
    this.firstMs = Math.min(this.firstMs, other.firstMs);
    this.lastMs = Math.max(this.lastMs, other.lastMs);
    this.amounts.merge(other.amounts);
    this.sets.merge(other.sets);
    for (const [name, kinds] of other.kinds) this.#kindsOf(name)?.merge(kinds);
    this.#age();
  }

  /** Surprise about arguments: about the worst of their names and kinds, and which of them that is. */
  shapeSurprise(names: string, parts: Lesson['parts']): { readonly score: number; readonly part: number } {
    let score = this.sets.surprise(names);
    let part = -1;
    for (let at = 0; at < parts.length; at++) {
      const [name, kind] = parts[at]!;
      const here = this.kinds.get(name)?.surprise(kind) ?? 0;
      if (here > score) [score, part] = [here, at];
    }
    return { score, part };
  }

  kept(): unknown[] {
    const kinds = [...this.kinds].map(([name, some]) => [name, some.kept()]);
    return [this.calls, this.firstMs, this.lastMs, this.amounts.kept(), this.sets.kept(), kinds];
  }

  /** Throws for anything but what {@link kept} gave. */
  static restored(kept: unknown): ToolProfile {
    if (!Array.isArray(kept) || kept.length !== 6) throw new Error('this is no profile of a tool');
    const [calls, firstMs, lastMs, amounts, sets, kinds] = kept as unknown[];
    if (!isCount(calls) || !isCount(firstMs) || !isCount(lastMs) || !Array.isArray(kinds))
      throw new Error('this is no profile of a tool');
    const profile = new ToolProfile();
    profile.calls = calls;
    profile.firstMs = firstMs;
    profile.lastMs = lastMs;
    profile.amounts.restore(amounts);
    profile.sets.restore(sets);
    for (const one of kinds as unknown[]) {
      const [name, some] = Array.isArray(one) ? (one as unknown[]) : [];
      if (typeof name !== 'string' || name.length > 64) throw new Error('this is no name of an argument');
      profile.#kindsOf(name)?.restore(some);
    }
    return profile;
  }

  #kindsOf(name: string): Kinds | undefined {
    let kinds = this.kinds.get(name);
    if (kinds === undefined && this.kinds.size < MOST_NAMES) {
      kinds = new Kinds(MOST_KINDS);
      this.kinds.set(name, kinds);
    }
    return kinds;
  }

  #age(): void {
    if (this.sets.total <= MOST_CALLS) return;
    this.amounts.halve();
    this.sets.halve();
    for (const [name, kinds] of this.kinds) {
      kinds.halve();
      if (kinds.total === 0) this.kinds.delete(name);
    }
  }
}
