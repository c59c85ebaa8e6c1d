import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { deny, PASS, type Verdict } from '../model/decision.ts';
import { isPromise, type Later } from '../model/later.ts';
import type { RateRule } from '../model/rules.ts';
import { type CheckTools, defineCheck, type Judge } from '../policy/check.ts';
import { type Counts, compileCounts } from '../policy/counted.ts';
import { compileGlob, type Matches } from '../policy/glob.ts';
import { holdersOf } from '../quota/holder.ts';
import { Identities } from './identity.ts';

/**
 * How often. It is asked after access, so that what does not exist for a caller costs it nothing, and before anything
 * is read closely. A token is never returned: an attempt that a later check denies has been one.
 */
export const rates = defineCheck({
  id: 'rates',
  about: 'Bounds how often calls are made: token buckets and windows, for each client, agent, tenant, role or tool.',
  create: (config, tools) => new RatesJudge(config, tools),
});

type TenantOf = Identities['tenantOf'];

interface CompiledRate {
  readonly rule: RateRule;
  readonly counts: Counts;
  readonly only: ((call: Call) => boolean) | undefined;
}

class RatesJudge implements Judge {
  readonly #rates: readonly CompiledRate[];
  readonly #tenantOf: TenantOf;
  readonly #tools: CheckTools;

  constructor(config: Config, tools: CheckTools) {
    const identities = new Identities(config);
    this.#tenantOf = (principal) => identities.tenantOf(principal);
    this.#rates = config.policies.rates.flatMap((rule) => compileRate(rule, this.#tenantOf));
    this.#tools = tools;
  }

  call(call: Call): Later<Verdict> {
    return this.#rates.length === 0 || call.again === true ? PASS : this.#from(call, 0);
  }

  /** Takes of every rule in order; a rule that denies keeps the ones behind it from being asked. */
  #from(call: Call, first: number): Later<Verdict> {
    for (let at = first; at < this.#rates.length; at++) {
      const { rule, counts, only } = this.#rates[at]!;
      if (!counts(call, this.#tools.book) || only?.(call) === false) continue;
      const waitMs = this.#take(rule, call);
      if (isPromise(waitMs)) return waitMs.then((ms) => (ms > 0 ? tooOften(rule, ms) : this.#from(call, at + 1)));
      if (waitMs > 0) return tooOften(rule, waitMs);
    }
    return PASS;
  }

  #take(rule: RateRule, call: Call): Later<number> {
    const { rates } = this.#tools.state;
    // What a server asks is counted apart, so that it cannot use up what its callers may do.
    const keys = holdersOf(rule.per, call, this.#tenantOf).map((key) =>
      call.direction === 'to-client' ? `asked ${key}` : key,
    );
    const waits = keys.map((key) => rates.take(rule, key));
    return waits.some(isPromise) ? Promise.all(waits).then(longest) : longest(waits as number[]);
  }
}

function longest(waits: readonly number[]): number {
  return Math.max(...waits);
}

/** A rule with both kinds of numbers is two rules. */
function compileRate(rule: RateRule, tenantOf: TenantOf): CompiledRate[] {
  const counts = compileCounts(rule.selector);
  const only = rule.only && compileOnly(rule.only, tenantOf);
  const kinds = [
    { ...rule, window: undefined },
    { ...rule, bucket: undefined },
  ];
  return kinds
    .filter(({ bucket, window }) => bucket !== undefined || window !== undefined)
    .map((kind) => ({ rule: kind, counts, only }));
}

function compileOnly({ kind, name }: NonNullable<RateRule['only']>, tenantOf: TenantOf): (call: Call) => boolean {
  const matches: Matches = compileGlob(name, 'anything');
  switch (kind) {
    case 'agent':
    case 'client':
      return ({ principal }) => matches(principal.clientId);
    case 'tenant':
      return ({ principal }) => {
        const tenant = tenantOf(principal);
        return tenant !== undefined && matches(tenant);
      };
    case 'role':
      return ({ principal }) => principal.roles.some(matches);
  }
}

function tooOften({ rule, source, bucket, window }: RateRule, retryAfterMs: number): Verdict {
  const shared = { rule, source, retry: 'later', retryAfterMs } as const;
  if (bucket !== undefined) {
    const fix = `raise requests_per_sec above ${bucket.perSecond} or burst_size above ${bucket.burst} in ${rule}`;
    return deny({ ...shared, code: 'SP3031', text: 'too many calls in a short time', fix });
  }
  const fix = `raise max_requests above ${window!.max} in ${rule}`;
  return deny({ ...shared, code: 'SP3032', text: 'too many calls in this period', fix });
}
