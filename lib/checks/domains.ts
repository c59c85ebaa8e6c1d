import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { PASS, type Verdict } from '../model/decision.ts';
import { type Later, then } from '../model/later.ts';
import { defineCheck, type Judge } from '../policy/check.ts';
import { type JudgedValues, judgedValues } from '../policy/judged-values.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import type { PresetTool } from '../presets/preset.ts';
import type { DomainJudge } from './domain-judge.ts';
import { LoadedLater } from './loaded-later.ts';

/** Where calls lead: hosts, addresses, schemes and ports of the URLs and hosts in their arguments. */
export const domains = defineCheck({
  id: 'domains',
  about: 'Judges hosts, addresses, schemes and ports in arguments: lists, private networks, this machine.',
  create: (config, { book }) => {
    const check = new DomainsCheck(config, book);
    const hasRules = config.policies.rules.some((rule) => rule.domains !== undefined);
    return hasRules ? then(check.judge.get(), () => check) : check;
  },
});

/** Finds what there is to judge; what judges it is loaded when it is first needed. */
class DomainsCheck implements Judge {
  readonly judge: LoadedLater<DomainJudge>;
  readonly #book: RuleBook;

  constructor(config: Config, book: RuleBook) {
    this.#book = book;
    this.judge = new LoadedLater(async () => (await import('./domain-judge.ts')).DomainJudge.of(config, book));
  }

  call(call: Call): Later<Verdict> {
    if (call.direction === 'to-client') return PASS;
    const rules = this.#book.holding(call, 'domains');
    const preset = this.#book.presetTool(call.resource);
    const usual = withAddresses(call, preset, judgedValues(call, 'domains', undefined, preset));
    if (rules.length === 0 && isEmpty(usual)) return PASS;
    return then(this.judge.get(), (judge) => judge.judge(call, rules, usual));
  }

  warm(): void {
    this.judge.warm();
  }
}

/** A server that takes a path may take an address in its place, and opens it: it is one whatever the argument is called. */
function withAddresses(call: Call, preset: PresetTool | undefined, usual: JudgedValues): JudgedValues {
  const paths = judgedValues(call, 'paths', undefined, preset).values;
  if (paths.length === 0) return usual;
  const known = new Set(usual.values.map(({ at }) => at));
  const found = paths.filter(({ at, text }) => ADDRESS.test(text) && !known.has(at));
  return found.length === 0 ? usual : { ...usual, values: [...usual.values, ...found] };
}

/** Schemes libraries that open files also open. */
const ADDRESS = /^\s*(?:https?|wss?|ftps?):[\\/]/i;

function isEmpty({ values, wrong }: JudgedValues): boolean {
  return values.length === 0 && wrong === undefined;
}
