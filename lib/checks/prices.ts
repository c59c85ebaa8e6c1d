import type { Call } from '../model/call.ts';
import type { BudgetUnit, Cost } from '../model/rules.ts';
import type { Ended } from '../policy/check.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import { compileSelector, type Selects } from '../policy/selector.ts';

/**
 * Budgets are counted in whole parts, because sums of fractions drift: milliseconds for seconds, billionths for
 * dollars.
 */
export const PARTS_PER_UNIT: Readonly<Record<BudgetUnit, number>> = {
  calls: 1,
  tokens: 1,
  bytes: 1,
  seconds: 1000,
  usd: 1_000_000_000,
};

const BYTES_PER_TOKEN = 4;
/** What an answer is taken to be, at least, and how long it takes, before it is known. */
const REPLY_BYTES = 1024;
const RUN_MS = 1000;

/** What calls take of a budget, in parts of its unit: before they are made by estimate, then as it was. */
export class Prices {
  readonly #book: RuleBook;
  readonly #costs: readonly { readonly cost: Cost; readonly selects: Selects }[];

  constructor(costs: readonly Cost[], book: RuleBook) {
    this.#book = book;
    this.#costs = costs.map((cost) => ({ cost, selects: compileSelector(cost.selector) }));
  }

  /** The request as it is, and the least an answer is taken to be. */
  estimate(unit: BudgetUnit, call: Call): number {
    return this.used(unit, call, { ms: RUN_MS, requestBytes: call.facts.size, replyBytes: REPLY_BYTES });
  }

  used(unit: BudgetUnit, call: Call, { ms, requestBytes, replyBytes }: Omit<Ended, 'forwarded'>): number {
    const bytes = requestBytes + replyBytes;
    switch (unit) {
      case 'calls':
        return isCall(call) ? 1 : 0;
      case 'bytes':
        return bytes;
      case 'tokens':
        return Math.ceil(bytes / BYTES_PER_TOKEN);
      case 'seconds':
        return Math.ceil(ms);
      case 'usd':
        return Math.ceil(this.#dollars(call, bytes / BYTES_PER_TOKEN) * PARTS_PER_UNIT.usd - ROUNDING);
    }
  }

  /** All prices that match add up. */
  #dollars(call: Call, tokens: number): number {
    const { resource, facts } = call;
    let sum = 0;
    for (const { cost, selects } of this.#costs) {
      if (!selects(resource.backend, resource.id, () => this.#book.effectOf(resource, facts.tool))) continue;
      sum += (isCall(call) ? cost.usdPerCall : 0) + (cost.usdPer1kTokens * Math.ceil(tokens)) / 1000;
    }
    return sum;
  }
}

/** Asking after a task is part of the call that began it; only what it transfers counts. */
function isCall({ resource }: Call): boolean {
  return resource.type !== 'task';
}

/** So that a price a double cannot hold exactly is not rounded up by a whole part. */
const ROUNDING = 1e-3;
