import type { BudgetSlot, BudgetStore, BudgetTake } from '../model/budget-store.ts';
import { isPromise, type Later } from '../model/later.ts';

/** What a budget was at when it was asked last. */
export interface SeenBudget extends BudgetTake {
  readonly slot: BudgetSlot;
}

/** Holders of budgets that are remembered; the one asked for longest ago goes first. */
const MOST_SEEN = 200;

/** Remembers what a store answered last of each budget, so that people can look without asking it. */
export class SeenBudgets implements BudgetStore {
  readonly #store: BudgetStore;
  readonly #seen = new Map<string, SeenBudget>();

  constructor(store: BudgetStore) {
    this.#store = store;
  }

  get seen(): readonly SeenBudget[] {
    return [...this.#seen.values()];
  }

  reserve(slot: BudgetSlot, holder: string, amount: number): Later<BudgetTake> {
    return this.#noted(slot, this.#store.reserve(slot, holder, amount));
  }

  settle(slot: BudgetSlot, holder: string, used: number): Later<void> {
    return this.#store.settle(slot, holder, used);
  }

  look(slot: BudgetSlot): Later<BudgetTake> {
    return this.#noted(slot, this.#store.look(slot));
  }

  #noted(slot: BudgetSlot, take: Later<BudgetTake>): Later<BudgetTake> {
    if (isPromise(take)) return take.then((taken) => this.#note(slot, taken));
    return this.#note(slot, take);
  }

  #note(slot: BudgetSlot, take: BudgetTake): BudgetTake {
    this.#seen.delete(slot.key);
    this.#seen.set(slot.key, { ...take, slot });
    if (this.#seen.size > MOST_SEEN) this.#seen.delete(this.#seen.keys().next().value!);
    return take;
  }
}
