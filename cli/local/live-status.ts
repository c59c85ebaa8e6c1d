import type { Gateway } from '../../lib/gateway/gateway.ts';
import type { BudgetUse } from '../../lib/model/budget-use.ts';
import type { Config } from '../../lib/model/config.ts';
import type { BackendStatus, BudgetStatus, LiveStatus, ServingMode } from '../../lib/model/live-status.ts';
import type { ServerState } from '../../lib/model/server.ts';
import type { Stops } from '../../lib/model/stops.ts';

export interface LookedAt {
  readonly gateway: Pick<Gateway, 'config' | 'policy' | 'sessions' | 'everyBackend'>;
  readonly stops: Stops;
  readonly mode: ServingMode;
  readonly sinceMs: number;
  /** Failures of each backend so far. */
  readonly failures: ReadonlyMap<string, number>;
  budgets(): readonly BudgetUse[];
  /** Makes text of others fit to be shown. */
  clean(text: string): string;
}

/** Of several processes the one that is furthest up says how the backend is. */
const FURTHEST: readonly ServerState[] = ['ready', 'starting', 'resting', 'idle', 'stopped'];
const MOST_CLIENTS = 20;

/** What a gateway is doing now. */
export function liveStatus(at: LookedAt): LiveStatus {
  const { gateway, mode, sinceMs, clean } = at;
  const clients = [...gateway.sessions].map(({ identity }) => clean(`${identity.subject} (${identity.clientId})`));
  return {
    pid: process.pid,
    mode,
    policy: gateway.policy.revision,
    sinceMs,
    clients: [...new Set(clients)].slice(0, MOST_CLIENTS),
    backends: gateway.config.backends.map(({ name }) => backendStatus(name, at)),
    budgets: at.budgets().flatMap((seen) => budgetStatus(seen, gateway.config, clean)),
    stopped: stopped(at),
  };
}

function backendStatus(name: string, { gateway, failures, clean }: LookedAt): BackendStatus {
  const processes = [...gateway.everyBackend].filter((one) => one.name === name);
  const states = new Set(processes.map(({ server }) => server.state));
  const outage = processes.find(({ server }) => server.outage !== undefined)?.server.outage;
  return {
    name,
    state: FURTHEST.find((state) => states.has(state)) ?? 'idle',
    processes: processes.filter(({ server }) => server.state === 'ready' || server.state === 'starting').length,
    inFlight: processes.reduce((sum, { inFlight }) => sum + inFlight, 0),
    failures: failures.get(name) ?? 0,
    outage: outage && clean(outage.text),
  };
}

function budgetStatus(
  { budget, holder, unit, used }: BudgetUse,
  { policies }: Config,
  clean: (text: string) => string,
): BudgetStatus[] {
  const one = policies.budgets.find((each) => each.name === budget && each.unit === unit);
  return one === undefined ? [] : [{ name: clean(budget), holder: clean(holder), unit, used, limit: one.limit }];
}

function stopped({ gateway, stops }: LookedAt): string[] {
  try {
    if (stops.stopping('') !== undefined) return ['everything'];
    return gateway.config.backends.map(({ name }) => name).filter((name) => stops.stopping(name) !== undefined);
  } catch {
    return ['everything'];
  }
}
