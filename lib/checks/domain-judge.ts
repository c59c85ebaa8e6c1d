import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import type { Verdict } from '../model/decision.ts';
import type { DomainRule, ToolRule } from '../model/rules.ts';
import { readBareHost, readUrl, type UrlFacts } from '../parse/url.ts';
import { argumentsOf } from '../policy/call-arguments.ts';
import { type JudgedValue, type JudgedValues, judgedValues } from '../policy/judged-values.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import { DomainBaseline, type Reach } from './domain-baseline.ts';
import { type CompiledDomainRule, compileDomainRule, isListed, judgeByRule, type ReadValue } from './domain-rule.ts';
import { Outcome } from './outcome.ts';

/** The part of the check that is loaded when there is something to judge. */
export class DomainJudge {
  readonly #config: Config;
  readonly #book: RuleBook;
  readonly #baseline: DomainBaseline;
  readonly #rules: ReadonlyMap<DomainRule, CompiledDomainRule>;

  private constructor(config: Config, book: RuleBook, rules: ReadonlyMap<DomainRule, CompiledDomainRule>) {
    this.#config = config;
    this.#book = book;
    this.#baseline = new DomainBaseline(config);
    this.#rules = rules;
  }

  /** Rejects when an entry of a list cannot be compiled. */
  static async of(config: Config, book: RuleBook): Promise<DomainJudge> {
    const compiled = new Map<DomainRule, CompiledDomainRule>();
    for (const { domains } of config.policies.rules) {
      if (domains !== undefined) compiled.set(domains, await compileDomainRule(domains));
    }
    return new DomainJudge(config, book, compiled);
  }

  /** `usual`: the arguments of the preset, else the inferred ones. */
  judge(call: Call, rules: readonly ToolRule[], usual: JudgedValues): Verdict {
    const outcome = new Outcome();
    const read = new Map<string, ReadValue>();
    const held = rules.map((rule) => this.#rules.get(rule.domains!)!);
    const chosen = [usual];
    for (const compiled of held) {
      const { in: names } = compiled.rule;
      const found = names === undefined ? usual : judgedValues(call, 'domains', names, undefined);
      if (found !== usual) chosen.push(found);
      if (found.wrong !== undefined) this.#baseline.notText(found.wrong, outcome);
      for (const value of found.values) judgeByRule(compiled, readOnce(call, value, read), outcome);
      if (found.expected && found.values.length === 0) this.#nothingFound(compiled.rule, outcome);
    }
    const reach = this.#reachOf(call);
    const listed = (facts: UrlFacts) => held.some((rule) => isListed(rule, facts));
    for (const { values, wrong } of chosen) {
      if (wrong !== undefined) this.#baseline.notText(wrong, outcome);
      for (const value of values) this.#baseline.judge(readOnce(call, value, read), reach, listed, outcome);
    }
    return outcome.verdict();
  }

  /** What the tool is known to do with the addresses it is given. */
  #reachOf({ resource, facts }: Call): Reach {
    if (resource.type !== 'tool') return 'unknown';
    if (this.#book.presetTool(resource)?.arguments?.domains !== undefined) return 'web';
    return this.#book.effectOf(resource, facts.tool).flags.includes('external') ? 'outside' : 'unknown';
  }

  /** A rule that finds nothing in a call to a tool that can name a host. */
  #nothingFound(rule: DomainRule, outcome: Outcome): void {
    const { value } = this.#config.policies.baseline.unjudged_arguments;
    const text = 'a rule for hosts found no argument to judge in this call';
    if (value === 'allow') return outcome.note(text);
    outcome.add(value, {
      code: 'SP3046',
      text,
      rule: rule.rule,
      source: rule.source,
      at: '',
      fix: `set ${rule.rule}.in`,
    });
  }
}

function readOnce(call: Call, { at, text }: JudgedValue, read: Map<string, ReadValue>): ReadValue {
  // Arguments and answers to questions may stand at the same pointer.
  const key = `${at}\0${text}`;
  let found = read.get(key);
  if (found === undefined) {
    const url = readUrl(text);
    const bare = url === undefined ? withPort(readBareHost(text), call, at) : undefined;
    found = { at, text, url, bare, isResource: call.resource.type === 'resource' };
    read.set(key, found);
  }
  return found;
}

/** A host whose port stands in an argument of its own. */
function withPort(facts: UrlFacts | undefined, call: Call, at: string): UrlFacts | undefined {
  if (facts === undefined || facts.port !== undefined || at.lastIndexOf('/') !== 0) return facts;
  const { values } = argumentsOf(call);
  const port = Object.hasOwn(values, 'port') ? Number(values['port']) : Number.NaN;
  return Number.isInteger(port) ? { ...facts, port } : facts;
}
