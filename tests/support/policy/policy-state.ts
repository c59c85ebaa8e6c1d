import { NO_HABITS } from '../../../lib/model/anomaly.ts';
import type { Config } from '../../../lib/model/config.ts';
import { NO_PINS } from '../../../lib/model/pins.ts';
import type { CheckDefinition } from '../../../lib/policy/check.ts';
import { compilePolicy, type Policy } from '../../../lib/policy/policy.ts';
import type { PolicyState } from '../../../lib/policy/state.ts';
import { Placeholders } from '../../../lib/quota/placeholders.ts';
import { MemoryFiles } from './memory-files.ts';

const CLOCK = { now: () => Date.now(), monotonic: () => performance.now() };

/** What checks remember and ask, in memory: no file is there, nothing is stopped, nothing is counted. */
export function stateInMemory(parts: Partial<PolicyState> = {}): PolicyState {
  const marks = new Map<string, Set<string>>();
  return {
    clock: CLOCK,
    files: new MemoryFiles(),
    stops: { stopping: () => undefined },
    pins: NO_PINS,
    flows: {
      marks: (scope) => marks.get(scope) ?? new Set(),
      mark: (scope, names) => void marks.set(scope, new Set([...(marks.get(scope) ?? []), ...names])),
    },
    placeholders: new Placeholders(CLOCK),
    rates: { take: () => 0 },
    budgets: {
      reserve: () => ({ granted: true, used: 0, resetsAtMs: 0 }),
      settle: () => {},
      look: () => ({ granted: true, used: 0, resetsAtMs: 0 }),
    },
    habits: NO_HABITS,
    detectors: [],
    ...parts,
  };
}

/** A policy that is ready at once, as all are whose config holds no condition. */
export function compiled(
  config: Config,
  checks: readonly CheckDefinition[],
  state: PolicyState = stateInMemory(),
): Policy {
  const policy = compilePolicy(config, checks, state);
  if (policy instanceof Promise) throw new Error('this policy takes time to compile');
  return policy;
}
