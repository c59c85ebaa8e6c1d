import type { BudgetSlot, BudgetStore, BudgetTake } from '../model/budget-store.ts';
import type { Clock } from '../model/clock.ts';
import { Ledger } from './ledger.ts';

/** Budgets of one process, for a gateway that is the only one. They begin anew when it is started again. */
export class BudgetMemory implements BudgetStore {
  readonly #clock: Clock;
  readonly #ledger = new Ledger();
  /** What is reserved, by budget and call. */
  readonly #held = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  reserve(slot: BudgetSlot, holder: string, amount: number): BudgetTake {
    const { key, windowMs, limit } = slot;
    const granted = this.#ledger.reserve(holder, key, windowMs, this.#period(slot), amount, limit);
    if (granted) this.#held.set(`${key} ${holder}`, amount);
    return { granted, ...this.#ledger.look(key, windowMs, this.#period(slot)) };
  }

  settle(slot: BudgetSlot, holder: string, used: number): void {
    const { key, windowMs } = slot;
    const reserved = this.#held.get(`${key} ${holder}`);
    if (reserved === undefined) return;
    this.#held.delete(`${key} ${holder}`);
    this.#ledger.settle(holder, key, windowMs, this.#period(slot), reserved, used);
  }

  look(slot: BudgetSlot): BudgetTake {
    return { granted: true, ...this.#ledger.look(slot.key, slot.windowMs, this.#period(slot)) };
  }

  #period({ windowMs }: BudgetSlot): number {
    return Math.floor(this.#clock.now() / windowMs);
  }
}
