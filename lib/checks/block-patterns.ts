import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { deny, PASS, type Verdict } from '../model/decision.ts';
import { pointerTo } from '../model/json-pointer.ts';
import type { Pattern } from '../model/lists.ts';
import type { ToolRule } from '../model/rules.ts';
import { Literals } from '../parse/literals.ts';
import { decoded, normalise } from '../parse/normalise.ts';
import { argumentsOf } from '../policy/call-arguments.ts';
import { defineCheck, type Judge } from '../policy/check.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import { RuleFault } from '../policy/rule-fault.ts';
import { type Leaf, leavesOf } from './leaves.ts';

/** Texts no argument may hold. They are literal: what they mean to a shell or a database is for other checks. */
export const blockPatterns = defineCheck({
  id: 'block_patterns',
  about: 'Refuses literal texts anywhere in arguments, after normalisation.',
  create: (config, { book }) => new BlockPatternsJudge(config, book),
});

/** The blocked texts of one rule, to be looked for all at once. */
interface Blocked {
  readonly patterns: readonly Pattern[];
  readonly texts: readonly string[];
  readonly literals: Literals;
}

/** Between names, where nothing a pattern could hold may stand. */
const BORDER = '\0';

class BlockPatternsJudge implements Judge {
  readonly #book: RuleBook;
  readonly #blocked: ReadonlyMap<ToolRule, Blocked>;

  constructor({ policies }: Config, book: RuleBook) {
    this.#book = book;
    const rules = policies.rules.filter((rule) => rule.blockPatterns.length > 0);
    this.#blocked = new Map(rules.map((rule) => [rule, compiled(rule.blockPatterns)]));
  }

  call(call: Call): Verdict {
    if (this.#blocked.size === 0 || call.direction === 'to-client') return PASS;
    const rules = this.#book.holding(call, 'blockPatterns');
    if (rules.length === 0) return PASS;
    const leaves = leavesIn(call);
    if (leaves.length === 0) return PASS;
    const views = viewsOf(leaves);
    for (const rule of rules) {
      const { patterns, texts, literals } = this.#blocked.get(rule)!;
      const found = views.map((view) => literals.firstIn(view)).filter((index) => index !== -1);
      if (found.length > 0) return denied(patterns[Math.min(...found)]!, texts[Math.min(...found)]!, leaves);
    }
    return PASS;
  }
}

function compiled(patterns: readonly Pattern[]): Blocked {
  const texts = patterns.map(({ glob }) => normalise(glob));
  const empty = patterns[texts.indexOf('')];
  if (empty !== undefined) {
    throw new RuleFault('SP1005', empty, 'nothing is left of this text once it is normalised');
  }
  return { patterns, texts, literals: new Literals(texts) };
}

/** Arguments, and what a client answers beside them to what a server wanted to know. */
function leavesIn(call: Call): Leaf[] {
  const { values, answers } = argumentsOf(call);
  const answered = leavesOf(answers.values).map((leaf) => ({ ...leaf, keys: [...answers.prefix, ...leaf.keys] }));
  return [...leavesOf(values), ...answered];
}

/**
 * All values in one text, with a space between them, so that `["rm", "-rf", "/"]` reads as the command it is; all names
 * in another; and both again with escapes decoded, where there are any.
 */
function viewsOf(leaves: readonly Leaf[]): string[] {
  const plain = viewOf(leaves);
  const unescaped = leaves.map(({ text }) => decoded(text));
  if (unescaped.every((text) => text === undefined)) return plain;
  return [...plain, ...viewOf(leaves.map(({ text, isKey }, index) => ({ text: unescaped[index] ?? text, isKey })))];
}

function viewOf(leaves: readonly Pick<Leaf, 'text' | 'isKey'>[]): [values: string, names: string] {
  const values: string[] = [];
  const names: string[] = [];
  for (const leaf of leaves) {
    const text = normalise(leaf.text);
    if (text !== '') (leaf.isKey ? names : values).push(text);
  }
  return [values.join(' '), names.join(BORDER)];
}

function denied({ rule, source }: Pattern, text: string, leaves: readonly Leaf[]): Verdict {
  const literal = new Literals([text]);
  const leaf = leaves.find((one) => viewsOf([one]).some((view) => literal.firstIn(view) !== -1));
  const at = leaf === undefined ? '' : pointerTo(leaf.keys);
  const where = leaf === undefined ? 'the arguments hold' : `the argument \`${at}\` holds`;
  return deny({ code: 'SP3143', text: `${where} a text that is blocked`, rule, source, at, fix: `remove ${rule}` });
}
