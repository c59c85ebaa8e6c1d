import { then } from '../model/later.ts';
import type { PolicyState } from './state.ts';

/** The same memory, seen and not touched: nothing is taken, reserved or remembered by those who ask with it. */
export function explainingState(state: PolicyState): PolicyState {
  return {
    ...state,
    flows: { marks: (scope) => state.flows.marks(scope), mark: () => {} },
    rates: { take: () => 0 },
    budgets: {
      reserve: (slot, _holder, amount) =>
        then(state.budgets.look(slot), (taken) => {
          const granted = taken.used + amount <= slot.limit;
          return { ...taken, granted, used: granted ? taken.used + amount : taken.used };
        }),
      settle: () => {},
      look: (slot) => state.budgets.look(slot),
    },
  };
}

/** What holds at any moment: nobody has stopped anything, counted anything or read anything before. */
export function momentlessState({ clock, files }: PolicyState): PolicyState {
  const nothing = { granted: true, used: 0, resetsAtMs: 0 };
  const marked = new Map<string, Set<string>>();
  return {
    clock,
    files,
    stops: { stopping: () => undefined },
    flows: {
      marks: (scope) => marked.get(scope) ?? new Set(),
      mark: (scope, names) => void marked.set(scope, new Set([...(marked.get(scope) ?? []), ...names])),
    },
    rates: { take: () => 0 },
    budgets: { reserve: () => nothing, settle: () => {}, look: () => nothing },
  };
}
