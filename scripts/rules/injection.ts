import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Severity } from '../../lib/inspect/assessment.ts';
import { callOf, type RuleData, type RuleEntry } from '../../lib/inspect/rule-set.ts';
import { folded } from '../../lib/inspect/symbols.ts';
import { CHANNELS, type Channel } from '../../lib/model/inspection.ts';
import { patternOf } from './encodings.ts';
import { requiredLiterals } from './literals.ts';
import { expanded } from './pattern.ts';

/** A rule as a file of `lib/inspect/rules/` says it; either a pattern or phrases. */
interface WrittenRule {
  readonly id: string;
  /** Where the idea comes from. */
  readonly source: string;
  readonly severity: Severity;
  readonly channels?: readonly Channel[];
  readonly pattern?: string;
  readonly phrases?: readonly string[];
  readonly encoding?: string;
  /** Phrases as letters alone: found also when they are written apart or with digits for letters. */
  readonly squashed?: readonly string[];
  readonly hits: readonly string[];
  readonly misses: readonly string[];
}

interface RuleFile {
  readonly category: string;
  readonly rules: readonly WrittenRule[];
}

export interface SourceRule extends RuleEntry {
  readonly source: string;
  readonly literals: readonly (readonly string[])[];
  readonly squashed: readonly string[];
  readonly hits: readonly string[];
  readonly misses: readonly string[];
}

const WORDS = 'words.yaml';
const TOPICS = 'topics.yaml';

/** Every rule of a folder, with its required literals. Throws, naming the rule, for one that is not right. */
export function sourceRules(folder: string): readonly SourceRule[] {
  const words = parse(readFileSync(join(folder, WORDS), 'utf8')) as Record<string, string>;
  const rules = readdirSync(folder)
    .filter((name) => name.endsWith('.yaml') && name !== WORDS && name !== TOPICS)
    .sort()
    .flatMap((name) => rulesOf(parse(readFileSync(join(folder, name), 'utf8')) as RuleFile, words));
  const ids = rules.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`two rules are called ${twice}`);
  return rules;
}

/** What the scanner loads. */
export function injectionData(folder: string): RuleData {
  const rules = sourceRules(folder);
  const topics = parse(readFileSync(join(folder, TOPICS), 'utf8')) as readonly string[];
  const called = new Map<string, number[]>();
  for (const [index, { literals }] of rules.entries()) {
    for (const [set, texts] of literals.entries()) {
      for (const text of texts) called.set(text, [...(called.get(text) ?? []), callOf(index, set)]);
    }
  }
  return {
    rules: rules.map(({ id, category, severity, channels, pattern, sets }) => ({
      id,
      category,
      severity,
      channels,
      pattern,
      sets,
    })),
    literals: [...called],
    topics: topics.map(folded),
    squashed: rules.flatMap(({ squashed }, index) => squashed.map((phrase) => [phrase, index] as const)),
  };
}

function rulesOf({ category, rules }: RuleFile, words: Readonly<Record<string, string>>): SourceRule[] {
  return rules.map((rule) => {
    try {
      return ruleOf(rule, category, words);
    } catch (error) {
      throw new Error(`rule ${category}.${rule.id}: ${error instanceof Error ? error.message : error}`);
    }
  });
}

function ruleOf(rule: WrittenRule, category: string, words: Readonly<Record<string, string>>): SourceRule {
  const written = rule.pattern ?? patternOf(rule.phrases ?? [], rule.encoding);
  // Accents are taken off before patterns see a text, so a pattern with one would never match.
  if (/[\u00c0-\u024f]/.test(written)) throw new Error('write letters without accents');
  const pattern = expanded(written, words);
  const literals = requiredLiterals(pattern);
  return {
    id: `${category}.${rule.id}`,
    category,
    source: rule.source,
    severity: rule.severity,
    channels: rule.channels ?? CHANNELS,
    pattern,
    literals,
    sets: literals.length,
    squashed: (rule.squashed ?? []).map((phrase) => folded(phrase.toLowerCase().replace(/[^a-z]/g, ''))),
    hits: rule.hits,
    misses: rule.misses,
  };
}
