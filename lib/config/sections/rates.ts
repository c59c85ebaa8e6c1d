import type { Budget, Per, RateRule } from '../../model/rules.ts';
import type { Reading } from '../files/reading.ts';
import { Spot } from '../files/spot.ts';
import { selectorOf } from '../words/selector-alias.ts';
import { parseDuration } from '../words/units.ts';

interface RawRate {
  readonly requests_per_sec?: number;
  readonly burst_size?: number;
  readonly max_requests?: number;
  readonly window_secs?: number;
  readonly per?: Per;
}

/** Every `rate_limit` there is: of all calls, of a backend, a tool, an agent, a role, a tenant, a key. All hold. */
export function resolveRates(reading: Reading): RateRule[] {
  const all = (...path: string[]) => Spot.all(reading, path);
  const members = (...path: string[]) => all(...path).flatMap((spot) => spot.members());
  const keys = members('security', 'auth', 'api_keys');
  return [
    ...all('rate_limit').flatMap((spot) => rate(spot, '*', undefined)),
    ...members('backends').flatMap(({ spot }) => rate(spot.at('rate_limit'), `${spot.at('name').value}/*`, undefined)),
    ...members('policies', 'tools').flatMap(({ key, spot }) => rate(spot.at('rate_limit'), key, undefined)),
    ...members('policies', 'agents').flatMap(({ key, spot }) => ratesOfAgent(spot, key)),
    ...members('roles').flatMap(({ key, spot }) => rate(spot.at('rate_limit'), '*', { kind: 'role', name: key })),
    ...members('tenants').flatMap(({ key, spot }) => rate(spot.at('rate_limit'), '*', { kind: 'tenant', name: key })),
    ...keys.flatMap(({ spot }) =>
      rate(spot.at('rate_limit'), '*', { kind: 'client', name: String(spot.at('client_id').value) }),
    ),
  ];
}

function ratesOfAgent(spot: Spot, agent: string): RateRule[] {
  const only = { kind: 'agent', name: agent } as const;
  const tools = spot.at('tools').members();
  return [
    ...rate(spot.at('rate_limit'), '*', only),
    ...tools.flatMap(({ key, spot: tool }) => rate(tool.at('rate_limit'), key, only)),
  ];
}

function rate(spot: Spot, selector: string, only: RateRule['only']): RateRule[] {
  const raw = spot.value as RawRate | undefined;
  if (raw === undefined) return [];
  const { requests_per_sec: perSecond, burst_size: burst, max_requests: max, window_secs: secs } = raw;
  return [
    {
      ...spot.place,
      selector: selectorOf(selector),
      only,
      per: raw.per ?? 'client',
      bucket: perSecond === undefined ? undefined : { perSecond, burst: burst ?? Math.max(1, Math.ceil(perSecond)) },
      window: max === undefined || secs === undefined ? undefined : { max, ms: secs * 1000 },
    },
  ];
}

export function resolveBudgets(reading: Reading): Budget[] {
  return Spot.all(reading, ['budgets'])
    .flatMap((spot) => spot.members())
    .map(({ spot }) => {
      const raw = spot.value as {
        readonly name: string;
        readonly tools?: string;
        readonly per?: Per;
        readonly unit: Budget['unit'];
        readonly limit: number;
        readonly window: string;
        readonly warn_at?: number;
        readonly on_exceed?: Budget['onExceed'];
      };
      return {
        ...spot.place,
        name: raw.name,
        selector: selectorOf(raw.tools ?? '*'),
        per: raw.per ?? 'client',
        unit: raw.unit,
        limit: raw.limit,
        windowMs: parseDuration(raw.window)!,
        warnAt: raw.warn_at ?? 0.8,
        onExceed: raw.on_exceed ?? 'deny',
      };
    });
}
