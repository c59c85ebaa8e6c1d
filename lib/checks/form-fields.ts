import type { Call } from '../model/call.ts';
import { deny, PASS, type Reason, type Verdict } from '../model/decision.ts';
import type { Pattern } from '../model/lists.ts';
import type { FormFieldRule } from '../model/rules.ts';
import { compilePatterns, type Finds, MOST_PATTERNS } from '../parse/pattern.ts';
import { defineCheck, type Judge } from '../policy/check.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import { inPlace, RuleFault } from '../policy/rule-fault.ts';
import { fieldNames, MOST_CHARACTERS, type NamedField } from './field-names.ts';

/** Fields of forms that must not be filled in, by what they are called. */
export const formFields = defineCheck({
  id: 'form_fields',
  about: 'Refuses to fill in fields of forms whose name, label or selector a rule denies.',
  create: (config, { book }) => {
    const rules = config.policies.rules.flatMap((rule) => rule.formFields ?? []);
    return rules.length === 0 ? { call: () => PASS } : FormFieldsJudge.of(book, rules);
  },
});

interface Denied {
  readonly pattern: Pattern;
  readonly finds: Finds;
}

class FormFieldsJudge implements Judge {
  readonly #book: RuleBook;
  readonly #denied: ReadonlyMap<FormFieldRule, readonly Denied[]>;

  private constructor(book: RuleBook, denied: ReadonlyMap<FormFieldRule, readonly Denied[]>) {
    this.#book = book;
    this.#denied = denied;
  }

  /** Rejects when a regular expression cannot be compiled, or there are too many. */
  static async of(book: RuleBook, rules: readonly FormFieldRule[]): Promise<Judge> {
    const denied = new Map<FormFieldRule, readonly Denied[]>();
    let count = 0;
    for (const rule of rules) {
      count += rule.deny.length;
      if (count > MOST_PATTERNS) throw new RuleFault('SP1011', rule, `more than ${MOST_PATTERNS} regular expressions`);
      denied.set(rule, await compile(rule.deny));
    }
    return new FormFieldsJudge(book, denied);
  }

  call(call: Call): Verdict {
    if (call.resource.type !== 'tool' || call.action !== 'tools/call') return PASS;
    const rules = this.#book.holding(call, 'formFields');
    if (rules.length === 0) return PASS;
    const preset = this.#book.presetTool(call.resource);
    for (const { formFields: rule } of rules) {
      for (const field of fieldNames(call, rule!.in, preset)) {
        const reason = this.#refused(rule!, field);
        if (reason !== undefined) return deny(reason);
      }
    }
    return PASS;
  }

  #refused(rule: FormFieldRule, { at, views }: NamedField): Reason | undefined {
    const code = 'SP3141';
    if (views.some(({ length }) => length > MOST_CHARACTERS)) {
      const text = `the field \`${at}\` has too long a name to be judged`;
      return { code, text, rule: rule.rule, source: rule.source, at, fix: 'name the field in fewer characters' };
    }
    const found = this.#denied.get(rule)!.find(({ finds }) => views.some(finds));
    if (found === undefined) return undefined;
    const { rule: place, source } = found.pattern;
    return { code, text: `the field \`${at}\` must not be filled in`, rule: place, source, at, fix: `remove ${place}` };
  }
}

async function compile(patterns: readonly Pattern[]): Promise<readonly Denied[]> {
  const compiled: Denied[] = [];
  for (const pattern of patterns) {
    const [finds] = await inPlace(pattern, 'SP1011', () => compilePatterns([pattern.glob]));
    compiled.push({ pattern, finds: finds! });
  }
  return compiled;
}
