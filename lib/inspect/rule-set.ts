import { readFileSync } from 'node:fs';
import type { Channel } from '../model/inspection.ts';
import type { Severity } from './assessment.ts';
import { Automaton } from './automaton.ts';
import { dataFile } from './prepared.ts';
import { asciiSymbols, wideSymbols } from './symbols.ts';

/** What `scripts/rules/compile.ts` makes of `lib/inspect/rules/*.yaml`. */
export interface RuleData {
  readonly rules: readonly RuleEntry[];
  /** Folded texts, with the rules they call ({@link callOf}): each match of a rule holds at least one of each of its sets. */
  readonly literals: readonly (readonly [string, readonly number[]])[];
  /** Words of those who write about attacks. */
  readonly topics: readonly string[];
  /** Phrases as letters alone, with the index of the rule they stand for. */
  readonly squashed: readonly (readonly [string, number])[];
}

export interface RuleEntry {
  readonly id: string;
  readonly category: string;
  readonly severity: Severity;
  readonly channels: readonly Channel[];
  readonly pattern: string;
  /** How many sets of literals it has: 1 or 2. */
  readonly sets: number;
}

/** That a literal is of the set 0 or 1 of the rule with an index, as one number. */
export function callOf(rule: number, set: number): number {
  return rule * 2 + set;
}

/** A rule, ready to be put to what `asPatternsRead` makes of a text. */
export interface Rule extends RuleEntry {
  /** Global; `lastIndex` is set by whoever uses it. */
  readonly regex: RegExp;
}

/** The literals of one alphabet. */
export interface Gate {
  readonly automaton: Automaton;
  /** Of all code units, made by the first pass. */
  codes: Uint16Array | undefined;
  readonly lengths: readonly number[];
  /** By index of a literal, as {@link callOf} says; none where it only tells the topic. */
  readonly calls: readonly (readonly number[])[];
}

export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly ascii: Gate;
  /** Made when the first text beyond ASCII comes. */
  readonly wide: () => Gate;
  readonly squashed: RuleData['squashed'];
}

const FILE = 'injection-rules.json';
const NOTHING: readonly number[] = [];
let known: RuleSet | undefined;

/** The rules that come with the gateway; read when they are first asked for. Throws when their file is missing. */
export function ruleSet(): RuleSet {
  known ??= ruleSetOf(JSON.parse(readFileSync(dataFile(FILE), 'utf8')) as RuleData);
  return known;
}

export function ruleSetOf(data: RuleData): RuleSet {
  const rules = data.rules.map((entry) => ({ ...entry, regex: new RegExp(entry.pattern, 'gm') }));
  const { ascii, wide: wideLiterals } = literalsOf(data);
  let wide: Gate | undefined;
  return {
    rules,
    ascii: gateOf(ascii, asciiSymbols(), 'literals-ascii'),
    wide: () => (wide ??= gateOf(wideLiterals, wideSymbols(), 'literals-wide')),
    squashed: data.squashed,
  };
}

/** The literals of each alphabet, with what they call. */
export function literalsOf({ literals, topics }: RuleData): Record<'ascii' | 'wide', RuleData['literals']> {
  const called = [...literals, ...topics.map((text) => [text, NOTHING] as const)];
  return {
    ascii: called.filter(([text]) => isAscii(text)),
    wide: called.filter(([text]) => !isAscii(text)),
  };
}

function gateOf(literals: RuleData['literals'], symbols: Uint16Array, name: string): Gate {
  return {
    automaton: new Automaton(
      literals.map(([text]) => text),
      symbols,
      name,
    ),
    codes: undefined,
    lengths: literals.map(([text]) => text.length),
    calls: literals.map(([, calls]) => calls),
  };
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}
