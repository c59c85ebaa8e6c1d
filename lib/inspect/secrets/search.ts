import type { Found } from '../found.ts';
import type { Rule } from './rule.ts';
import type { RuleSet } from './rule-set.ts';
import type { Work } from './work.ts';

const ASCII = 128;
/** What it costs to judge a match, in looks that find none. */
const WORK_OF_A_MATCH = 64;

/** One pass over a text, which can be interrupted: wherever a keyword stands, the rules that have it look around it. */
export class Search {
  readonly found: Found[] = [];
  readonly #rules: RuleSet;
  readonly #text: string;
  readonly #work: Work;
  /** How far into the text a rule has looked already. */
  #looked: Map<Rule, number> | undefined;
  #at = 0;
  #state = 0;

  constructor(rules: RuleSet, text: string, work: Work) {
    this.#rules = rules;
    this.#text = text;
    this.#work = work;
  }

  /** Goes on as far as `end`; true when there is nothing more to do. */
  go(end: number): boolean {
    const text = this.#text;
    const { classes, shift, next, firstFound } = this.#rules.keywords;
    const until = Math.min(end, text.length);
    let state = this.#state;
    for (let i = this.#at; i < until; i++) {
      const c = text.charCodeAt(i);
      state = next[(state << shift) + (c < ASCII ? classes[c]! : 0)]!;
      if (state >= firstFound && !this.#lookAround(i + 1, state)) return true;
    }
    this.#state = state;
    this.#at = until;
    return until === text.length;
  }

  /** False when no more may be done. */
  #lookAround(end: number, state: number): boolean {
    const { keywords, lengths, called } = this.#rules;
    for (const keyword of keywords.endingAt(state)) {
      for (const rule of called[keyword]!) {
        const { matches, until, judged } = rule.look(
          this.#text,
          end - lengths[keyword]!,
          end,
          this.#looked?.get(rule) ?? 0,
        );
        if (until > 0) (this.#looked ??= new Map()).set(rule, until);
        if (!this.#work.take(1 + judged * WORK_OF_A_MATCH)) return false;
        for (const match of matches) {
          const confidence = rule.entry.guess === true ? 'likely' : 'certain';
          this.found.push({ kind: rule.kind, start: match.start, end: match.end, confidence });
        }
      }
    }
    return true;
  }
}
