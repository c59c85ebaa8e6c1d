import { NO_HABITS } from '../model/anomaly.ts';
import { then } from '../model/later.ts';
import { NO_PINS } from '../model/pins.ts';
import { NO_PLACEHOLDERS } from '../model/placeholder-memory.ts';
import type { PolicyState } from './state.ts';

/**
 * The same memory, seen and not touched: nothing is taken, reserved or remembered by those who ask with it. No server
 * runs that could offer anything, so nothing is compared with what is pinned.
 */
export function explainingState(state: PolicyState): PolicyState {
  return {
    ...state,
    spent: undefined,
    pins: unwatched(state.pins),
    detectors: [],
    flows: { marks: (scope) => state.flows.marks(scope), mark: () => {} },
    placeholders: { ...NO_PLACEHOLDERS, secretOf: (...asked) => state.placeholders.secretOf(...asked) },
    rates: { take: () => 0 },
    habits: { open: (config) => state.habits.open(config, 'look') },
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

/** What lockfiles say of effects holds for calls nobody makes, too. */
function unwatched(pins: PolicyState['pins']): PolicyState['pins'] {
  return { ...NO_PINS, label: (backend, tool, hash) => pins.label(backend, tool, hash) };
}

/** What holds at any moment: nobody has stopped anything, counted anything or read anything before. */
export function momentlessState({ clock, files, pins }: PolicyState): PolicyState {
  const nothing = { granted: true, used: 0, resetsAtMs: 0 };
  const marked = new Map<string, Set<string>>();
  return {
    clock,
    files,
    stops: { stopping: () => undefined },
    pins: unwatched(pins),
    placeholders: NO_PLACEHOLDERS,
    flows: {
      marks: (scope) => marked.get(scope) ?? new Set(),
      mark: (scope, names) => void marked.set(scope, new Set([...(marked.get(scope) ?? []), ...names])),
    },
    rates: { take: () => 0 },
    habits: NO_HABITS,
    budgets: { reserve: () => nothing, settle: () => {}, look: () => nothing },
    detectors: [],
  };
}
