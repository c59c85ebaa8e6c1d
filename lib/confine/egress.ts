import { isIPv6 } from 'node:net';
import type { HostPattern } from '../checks/host-patterns.ts';
import type { Config } from '../model/config.ts';
import type { EgressRules, EgressVerdict } from '../model/egress.ts';
import type { BaselineRule, DomainRule } from '../model/rules.ts';
import { addressFacts } from '../parse/address.ts';
import { type HostFacts, readHost } from '../parse/host.ts';
import { type ConcerningRule, listingForSome, names, ruleOfItsOwn, rulesConcerning } from './concerning.ts';
import { innermost, OpenNetworks } from './networks.ts';
import { Strictest } from './strictest.ts';

const NOT_ALLOWED = 'the host is not allowed';

/**
 * Where a backend may connect to: the rules that judge the hosts in arguments of its calls, and `own`, which is about
 * its connections alone. Rejects with a `RuleFault` for an entry that cannot be compiled.
 */
export async function egressRules(config: Config, backend: string, own: DomainRule | undefined): Promise<EgressRules> {
  const concerning = await rulesConcerning(config.policies.rules, backend);
  return new BackendEgress(config, own === undefined ? concerning : [...concerning, await ruleOfItsOwn(own)]);
}

class BackendEgress implements EgressRules {
  readonly #rules: readonly ConcerningRule[];
  readonly #forSome: readonly ConcerningRule[];
  readonly #networks: OpenNetworks;
  readonly #unlisted: BaselineRule;
  readonly #doubtful: BaselineRule;

  constructor(config: Config, rules: readonly ConcerningRule[]) {
    const { unlisted_domains, private_addresses } = config.policies.baseline;
    this.#rules = rules;
    this.#forSome = listingForSome(rules);
    this.#networks = new OpenNetworks(config, rules);
    this.#unlisted = unlisted_domains;
    this.#doubtful = private_addresses;
  }

  destination(host: string, port: number): EgressVerdict {
    const outcome = new Strictest();
    const facts = factsOf(host);
    if (facts === undefined) {
      outcome.add('deny', 'SP5020', 'the host cannot be judged', this.#doubtful);
      return outcome.verdict();
    }
    for (const rule of this.#rules) judgeByRule(rule, facts, port, outcome);
    this.#judgeLists(facts, port, outcome);
    this.#networks.judge(facts, port, facts, outcome);
    return outcome.verdict();
  }

  address(host: string, port: number, address: string): EgressVerdict {
    const outcome = new Strictest();
    const asked = factsOf(host);
    const end = addressFacts(address) && factsOf(address);
    if (asked === undefined || end?.address === undefined) {
      outcome.add('deny', 'SP5021', 'the address of the host cannot be judged', this.#doubtful);
      return outcome.verdict();
    }
    const inner = factsOf(innermost(end.address).text) ?? end;
    for (const rule of this.#rules) {
      for (const one of [end, inner]) judgeAddressByRule(rule, one, port, outcome);
    }
    this.#networks.judge(asked, port, inner, outcome);
    return outcome.verdict();
  }

  #judgeLists(host: HostFacts, port: number, outcome: Strictest): void {
    const [first] = this.#forSome;
    if (first !== undefined && !this.#forSome.some((rule) => names(rule, host, port))) {
      outcome.add('deny', 'SP5020', NOT_ALLOWED, first.rule.allow ?? first.rule);
    }
    // As for arguments: only lists of the first layer name what the baseline asks lists to name.
    const isListed = this.#rules.some((rule) => rule.rule.layer === 1 && names(rule, host, port));
    if (!isListed) outcome.add(this.#unlisted.value, 'SP5020', 'the host is on no list of hosts', this.#unlisted);
  }
}

function judgeByRule(compiled: ConcerningRule, host: HostFacts, port: number, outcome: Strictest): void {
  const { rule, allow, deny, requireApproval, coversAll } = compiled;
  const first = (patterns: readonly HostPattern[]) => patterns.find(({ matches }) => matches(host, port));
  const denied = first(deny);
  if (denied !== undefined) outcome.add('deny', 'SP5020', NOT_ALLOWED, denied);
  const asking = first(requireApproval);
  if (asking !== undefined) outcome.add('require_approval', 'SP5020', NOT_ALLOWED, asking);
  if (!coversAll) return;
  if (rule.ports !== undefined && !rule.ports.includes(port)) {
    outcome.add('deny', 'SP5020', 'the port is not allowed', rule);
  }
  if (allow !== undefined && asking === undefined && first(allow) === undefined) {
    outcome.add('deny', 'SP5020', NOT_ALLOWED, rule.allow ?? rule);
  }
}

/** An address a rule names is denied whichever name leads to it. Globs and expressions are about what is asked for. */
function judgeAddressByRule(compiled: ConcerningRule, end: HostFacts, port: number, outcome: Strictest): void {
  const isNamed = ({ kind, matches }: HostPattern) => kind !== 'many' && matches(end, port);
  const denied = compiled.deny.find(isNamed);
  if (denied !== undefined) outcome.add('deny', 'SP5021', 'the address of the host is not allowed', denied);
  const asking = compiled.requireApproval.find(isNamed);
  if (asking !== undefined) outcome.add('require_approval', 'SP5021', 'the address of the host is not allowed', asking);
}

/** Undefined for what is no host, or what two programs could take for two. */
function factsOf(host: string): HostFacts | undefined {
  const facts = readHost(isIPv6(host) ? `[${host}]` : host);
  return typeof facts === 'string' || facts.doubt !== undefined ? undefined : facts;
}
