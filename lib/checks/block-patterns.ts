import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { deny, PASS, type Verdict } from '../model/decision.ts';
import type { Pattern } from '../model/lists.ts';
import type { ToolRule } from '../model/rules.ts';
import { decoded, normalise } from '../parse/normalise.ts';
import { argumentsOf } from '../policy/call-arguments.ts';
import { defineCheck, type Judge } from '../policy/check.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import { type Leaf, leavesOf, pointerTo } from './leaves.ts';

/** Texts no argument may hold. They are literal: what they mean to a shell or a database is for other checks. */
export const blockPatterns = defineCheck({
  id: 'block_patterns',
  about: 'Refuses literal texts anywhere in arguments, after normalisation.',
  create: (config, { book }) => new BlockPatternsJudge(config, book),
});

interface Blocked {
  readonly pattern: Pattern;
  readonly text: string;
}

/** Between names, where nothing a pattern could hold may stand. */
const BORDER = '\0';

class BlockPatternsJudge implements Judge {
  readonly #book: RuleBook;
  readonly #blocked: ReadonlyMap<ToolRule, readonly Blocked[]>;

  constructor({ policies }: Config, book: RuleBook) {
    this.#book = book;
    const rules = policies.rules.filter((rule) => rule.blockPatterns.length > 0);
    this.#blocked = new Map(rules.map((rule) => [rule, rule.blockPatterns.map(compiled)]));
  }

  call(call: Call): Verdict {
    if (this.#blocked.size === 0 || call.direction === 'to-client') return PASS;
    const rules = this.#book.holding(call, 'blockPatterns');
    if (rules.length === 0) return PASS;
    const leaves = leavesIn(call);
    const views = viewsOf(leaves);
    for (const rule of rules) {
      const found = this.#blocked.get(rule)!.find(({ text }) => views.some((view) => view.includes(text)));
      if (found !== undefined) return denied(found, leaves);
    }
    return PASS;
  }
}

function compiled(pattern: Pattern): Blocked {
  const text = normalise(pattern.glob);
  if (text === '') throw new Error(`nothing is left of a blocked text once it is normalised (${pattern.rule})`);
  return { pattern, text };
}

/** Arguments, and what a client answers beside them to what a server wanted to know. */
function leavesIn(call: Call): Leaf[] {
  const { values, answers } = argumentsOf(call);
  const prefix = answers.prefix ?? [];
  const answered = leavesOf(answers.values).map((leaf) => ({ ...leaf, keys: [...prefix, ...leaf.keys] }));
  return [...leavesOf(values), ...answered];
}

/**
 * All values in one text, with a space between them, so that `["rm", "-rf", "/"]` reads as the command it is; all names
 * in another; and both again with escapes decoded, where there are any.
 */
function viewsOf(leaves: readonly Leaf[]): string[] {
  const plain = viewOf(leaves, ({ text }) => text);
  const escaped = leaves.some(({ text }) => decoded(text) !== undefined);
  return escaped ? [...plain, ...viewOf(leaves, ({ text }) => decoded(text) ?? text)] : plain;
}

function viewOf(leaves: readonly Leaf[], textOf: (leaf: Leaf) => string): [values: string, names: string] {
  const values: string[] = [];
  const names: string[] = [];
  for (const leaf of leaves) {
    const text = normalise(textOf(leaf));
    if (text !== '') (leaf.isKey ? names : values).push(text);
  }
  return [values.join(' '), names.join(BORDER)];
}

function denied({ pattern, text }: Blocked, leaves: readonly Leaf[]): Verdict {
  const { rule, source } = pattern;
  const leaf = leaves.find((one) => viewsOf([one]).some((view) => view.includes(text)));
  const at = leaf === undefined ? '' : pointerTo(leaf.keys);
  const where = leaf === undefined ? 'the arguments hold' : `the argument \`${at}\` holds`;
  return deny({ code: 'SP3143', text: `${where} a text that is blocked`, rule, source, at, fix: `remove ${rule}` });
}
