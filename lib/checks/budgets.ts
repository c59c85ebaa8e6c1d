import type { BudgetSlot, BudgetTake } from '../model/budget-store.ts';
import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { deny, PASS, pass, type Verdict } from '../model/decision.ts';
import { isPromise, type Later } from '../model/later.ts';
import type { Principal } from '../model/principal.ts';
import type { Budget } from '../model/rules.ts';
import { type CheckTools, defineCheck, type Ended, type Judge } from '../policy/check.ts';
import { type Counts, compileCounts } from '../policy/counted.ts';
import { holdersOf } from '../quota/holder.ts';
import { Identities } from './identity.ts';
import { PARTS_PER_UNIT, Prices } from './prices.ts';

/**
 * How much in a period. What a call will take is reserved before it is made, as far as that can be known, and corrected
 * when it has ended; it is given back only when its server was never sent it.
 */
export const budgets = defineCheck({
  id: 'budgets',
  about: 'Holds calls, tokens, bytes, seconds and money of a period within their budgets.',
  create: (config, tools) => new BudgetsJudge(config, tools),
});

interface CompiledBudget {
  readonly budget: Budget;
  readonly counts: Counts;
}

/** What one call holds of one budget until it has ended. */
interface Held {
  readonly budget: Budget;
  readonly holder: string;
  readonly slot: BudgetSlot;
}

/** What the budgets asked so far have said. */
interface Said {
  readonly held: Held[];
  readonly findings: string[];
  approval: ReturnType<typeof reasonFor> | undefined;
}

class BudgetsJudge implements Judge {
  readonly #budgets: readonly CompiledBudget[];
  readonly #prices: Prices;
  readonly #identities: Identities;
  readonly #tools: CheckTools;
  /** Reservations of the calls that have not ended, by decision. */
  readonly #held = new Map<string, readonly Held[]>();

  constructor(config: Config, tools: CheckTools) {
    const { policies } = config;
    this.#identities = new Identities(config);
    this.#budgets = policies.budgets.map((budget) => ({ budget, counts: compileCounts(budget.selector) }));
    this.#prices = new Prices(policies.costs, tools.book);
    this.#tools = tools;
  }

  call(call: Call): Later<Verdict> {
    if (this.#budgets.length === 0 || this.#held.has(call.id)) return PASS;
    const tenantOf = (principal: Principal) => this.#identities.tenantOf(principal);
    const wanted = this.#budgets.flatMap(({ budget, counts }) =>
      counts(call, this.#tools.book)
        ? holdersOf(budget.per, call, tenantOf).map((holder) => ({ budget, holder, slot: slotOf(budget, holder) }))
        : [],
    );
    if (wanted.length === 0) return PASS;
    const said: Said = { held: [], findings: [], approval: undefined };
    try {
      const verdict = this.#from(call, wanted, 0, said);
      return isPromise(verdict) ? verdict.catch(() => this.#uncounted(call, said)) : verdict;
    } catch {
      return this.#uncounted(call, said);
    }
  }

  ended(call: Call, ended: Ended): void {
    const held = this.#held.get(call.id);
    if (held === undefined) return;
    this.#held.delete(call.id);
    for (const { budget, slot } of held) {
      this.#settle(slot, call, ended.forwarded ? this.#prices.used(budget.unit, call, ended) : 0);
    }
  }

  #from(call: Call, wanted: readonly Held[], first: number, said: Said): Later<Verdict> {
    for (let at = first; at < wanted.length; at++) {
      const one = wanted[at]!;
      const take = this.#tools.state.budgets.reserve(one.slot, call.id, this.#prices.estimate(one.budget.unit, call));
      if (isPromise(take)) {
        return take.then((taken) => this.#took(call, one, taken, said) ?? this.#from(call, wanted, at + 1, said));
      }
      const denied = this.#took(call, one, take, said);
      if (denied !== undefined) return denied;
    }
    this.#held.set(call.id, said.held);
    const { findings, approval } = said;
    if (findings.length === 0 && approval === undefined) return PASS;
    return pass({ ...(findings.length > 0 && { findings }), ...(approval && { approval }) });
  }

  /** The verdict when this budget settles it. */
  #took(call: Call, one: Held, take: BudgetTake, said: Said): Verdict | undefined {
    const { budget, holder } = one;
    const { name, unit } = budget;
    const limit = budget.limit * PARTS_PER_UNIT[unit];
    const warns = take.used >= limit * budget.warnAt;
    const { resetsAtMs } = take;
    const used = take.used / PARTS_PER_UNIT[unit];
    this.#tools.state.spent?.({ budget: name, holder, unit, used, share: take.used / limit, warns, resetsAtMs });
    if (!take.granted) {
      this.#giveBack(call, said);
      return deny({ ...reasonFor(budget, 'SP3033'), retry: 'later', retryAfterMs: this.#untilReset(take) });
    }
    said.held.push(one);
    if (warns) {
      said.findings.push(`budget ${budget.name}: ${Math.floor((take.used / limit) * 100)} % used`);
    }
    if (take.used > limit && budget.onExceed === 'require_approval') said.approval ??= reasonFor(budget, 'SP6003');
    return undefined;
  }

  #untilReset({ resetsAtMs }: BudgetTake): number {
    return Math.max(1, Math.ceil(resetsAtMs - this.#tools.state.clock.now()));
  }

  #uncounted(call: Call, said: Said): Verdict {
    this.#giveBack(call, said);
    return deny({
      code: 'SP3035',
      text: 'what calls have used cannot be counted now',
      rule: 'budgets',
      source: 'the folder `budgets` of the state folder',
      fix: 'make the folder `budgets` of the state folder readable and writable, or remove it to begin anew',
      retry: 'later',
    });
  }

  #giveBack(call: Call, said: Said): void {
    for (const { slot } of said.held) this.#settle(slot, call, 0);
  }

  /** What cannot be settled stays reserved, which never allows more. */
  #settle(slot: BudgetSlot, call: Call, used: number): void {
    try {
      const settled = this.#tools.state.budgets.settle(slot, call.id, used);
      if (isPromise(settled)) settled.catch(() => {});
    } catch {
      // The next reservation says that the store fails.
    }
  }
}

/** Budgets that do not deny are counted past their limit. */
function slotOf({ name, unit, limit, windowMs, onExceed }: Budget, holder: string): BudgetSlot {
  const most = onExceed === 'deny' ? limit * PARTS_PER_UNIT[unit] : Infinity;
  return { key: `${name}/${unit}/${holder}`, limit: Math.floor(most), windowMs };
}

function reasonFor({ rule, source, limit }: Budget, code: 'SP3033' | 'SP6003') {
  const text =
    code === 'SP3033' ? 'a budget is used up for this period' : 'a budget is used up, so a person must agree';
  return { code, text, rule, source, fix: `raise limit above ${limit} in ${rule}` } as const;
}
