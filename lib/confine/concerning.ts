import { type CompiledDomainRule, compileDomainRule } from '../checks/domain-rule.ts';
import type { DomainRule, ToolRule } from '../model/rules.ts';
import type { HostFacts } from '../parse/host.ts';
import { covers, rulesFor } from './rules-for.ts';

/** A rule on hosts that holds for calls to a backend. */
export interface ConcerningRule extends CompiledDomainRule {
  /** It holds for every call to the backend, so it holds for every connection as well. */
  readonly coversAll: boolean;
}

/**
 * The rules on hosts that may hold for some call to the backend. A connection does not say for which call it is made:
 * of a rule that is for some tools, one agent, some times or under a condition, what it denies is denied and what it
 * allows is allowed whoever is behind the connection. Rejects with a `RuleFault` for an entry that cannot be compiled.
 */
export async function rulesConcerning(rules: readonly ToolRule[], backend: string): Promise<readonly ConcerningRule[]> {
  const found: ConcerningRule[] = [];
  for (const rule of rulesFor(rules, backend)) {
    if (rule.domains === undefined) continue;
    found.push({ ...(await compileDomainRule(rule.domains)), coversAll: covers(rule, backend) });
  }
  return found;
}

/** A rule that is only about connections. */
export async function ruleOfItsOwn(rule: DomainRule): Promise<ConcerningRule> {
  return { ...(await compileDomainRule(rule)), coversAll: true };
}

/**
 * The rules on one of whose lists a host must be though each holds for some calls only: those of the first layer with any
 * list, when none there is for the whole backend. What later layers list must not add to it. Empty when there are none.
 */
export function listingForSome(rules: readonly ConcerningRule[]): readonly ConcerningRule[] {
  const listing = rules.filter(({ allow }) => allow !== undefined);
  const layer = Math.min(...listing.map(({ rule }) => rule.layer));
  const first = listing.filter(({ rule }) => rule.layer === layer);
  return first.some(({ coversAll }) => coversAll) ? [] : first;
}

/** Whether a list of the rule names the host, to let it pass or to have a person asked. */
export function names({ allow = [], requireApproval }: ConcerningRule, host: HostFacts, port: number): boolean {
  return [...allow, ...requireApproval].some(({ matches }) => matches(host, port));
}
