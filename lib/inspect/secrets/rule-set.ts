import { createHash } from 'node:crypto';
import { Automaton } from '../automaton.ts';
import { type AllowanceEntry, allowance, Rule, type RuleEntry } from './rule.ts';
import { ALLOWED, RULES } from './rules/compiled.ts';
import { SMALL_LETTERS } from './words.ts';

/** Rules, and how one pass over a text finds those that may match. */
export interface RuleSet {
  readonly keywords: Automaton;
  /** By index of a keyword. */
  readonly lengths: readonly number[];
  readonly called: readonly (readonly Rule[])[];
}

let known: RuleSet | undefined;

/** The rules that come with the gateway, put together when they are first asked for. */
export function ruleSet(): RuleSet {
  known ??= ruleSetOf(shippedEntries(), JSON.parse(ALLOWED) as { allow: AllowanceEntry[]; examples: string[] });
  return known;
}

export function shippedEntries(): readonly RuleEntry[] {
  return RULES.map((text) => JSON.parse(text) as RuleEntry);
}

/** Every keyword once, in the order rules have them. */
export function keywordsOf(entries: readonly RuleEntry[]): string[] {
  return [...new Set(entries.flatMap(({ keywords }) => keywords))];
}

export function ruleSetOf(
  entries: readonly RuleEntry[],
  allowed: { readonly allow: readonly AllowanceEntry[]; readonly examples: readonly string[] },
): RuleSet {
  const always = allowed.allow.map(allowance);
  const examples = new Set(allowed.examples);
  const isAllowed = (secret: string) =>
    always.some((allows) => allows(secret, secret)) || (examples.size > 0 && examples.has(sha256(secret)));
  const called = new Map<string, Rule[]>();
  for (const entry of entries) {
    const rule = new Rule(entry, isAllowed);
    for (const keyword of entry.keywords) called.set(keyword, [...(called.get(keyword) ?? []), rule]);
  }
  const keywords = keywordsOf(entries);
  return {
    keywords: new Automaton(keywords, SMALL_LETTERS, 'keywords-of-secrets'),
    lengths: keywords.map((keyword) => keyword.length),
    called: keywords.map((keyword) => called.get(keyword)!),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
