import { entropyOf } from './entropy.ts';
import { Words } from './words.ts';

/** A rule as `scripts/rules/secrets.ts` writes it. */
export interface RuleEntry {
  readonly id: string;
  /** What its finds are called when not by its id. */
  readonly label?: string;
  readonly regex: string;
  readonly flags?: string;
  /** Least entropy of a secret, in bits a character. */
  readonly entropy?: number;
  readonly keywords: readonly string[];
  /** Every match begins with a keyword; else it stands within {@link AROUND} characters of one. */
  readonly begins?: boolean;
  /** Most characters of a match. */
  readonly reach: number;
  /** It knows a secret by its name alone. */
  readonly guess?: boolean;
  readonly allow?: readonly AllowanceEntry[];
}

/** What is no secret although it matches. */
export interface AllowanceEntry {
  /** Put to all that matched, with the name before it, instead of the secret in it. */
  readonly of?: 'match';
  readonly regexes?: readonly (readonly [source: string, flags: string])[];
  /** In lower case. */
  readonly stopwords?: readonly string[];
}

/** Where a secret stands in a text. */
export interface Match {
  readonly start: number;
  readonly end: number;
}

/** What one look has shown. */
export interface Looked {
  readonly matches: readonly Match[];
  /** Before this index the rule need not look again. */
  readonly until: number;
  /** How many matches were judged, also those that are no secrets. */
  readonly judged: number;
}

const AROUND = 160;
const LONGEST_LEAD = 50;
/** What people write instead of a secret is shorter; no expression that knows it is put to more. */
const LONGEST_ALLOWED = 300;
const NO_MATCH: readonly Match[] = [];
/** Nothing, and nothing looked at that could be skipped. */
const NOTHING_SEEN: Looked = { matches: NO_MATCH, until: 0, judged: 0 };

/** One rule; its expression is compiled when its keyword is met for the first time. */
export class Rule {
  readonly entry: RuleEntry;
  readonly kind: string;
  readonly #isAllowed: (secret: string, match: string) => boolean;
  #regex: RegExp | undefined;

  constructor(entry: RuleEntry, isAllowedAnyway: (secret: string) => boolean) {
    this.entry = entry;
    this.kind = entry.label ?? entry.id;
    const own = (entry.allow ?? []).map(allowance);
    this.#isAllowed = (secret, match) => isAllowedAnyway(secret) || own.some((allows) => allows(secret, match));
  }

  /** Its secrets where a keyword stands at `[from, to)`; it has been looked for before `least`. */
  look(text: string, from: number, to: number, least: number): Looked {
    return this.entry.begins === true ? this.#at(text, from, least) : this.#around(text, from, to, least);
  }

  #at(text: string, from: number, least: number): Looked {
    if (from < least) return NOTHING_SEEN;
    const regex = (this.#regex ??= new RegExp(this.entry.regex, `${this.entry.flags ?? ''}dy`));
    regex.lastIndex = from;
    const match = regex.exec(text);
    if (match === null) return NOTHING_SEEN;
    return { matches: this.#judged(match, 0, text), until: match.index + match[0].length, judged: 1 };
  }

  /** A match must begin near the keyword; it may end farther away. */
  #around(text: string, from: number, to: number, least: number): Looked {
    const begin = Math.max(from - AROUND, least);
    if (begin > to + AROUND) return NOTHING_SEEN;
    // What is looked at is never short, or keywords close to each other would have the same text looked at many times.
    const lastStart = Math.max(to + AROUND, begin + 2 * AROUND);
    // One more before it, so that borders of words are seen.
    const offset = Math.max(begin - 1, 0);
    const part = text.slice(offset, lastStart + this.entry.reach + 1);
    const regex = (this.#regex ??= new RegExp(this.entry.regex, `${this.entry.flags ?? ''}dg`));
    regex.lastIndex = begin - offset;
    const matches: Match[] = [];
    let until = lastStart + 1;
    let judged = 0;
    for (let match = regex.exec(part); match !== null && match.index <= lastStart - offset; match = regex.exec(part)) {
      judged++;
      matches.push(...this.#judged(match, offset, text));
      until = Math.max(until, match.index + match[0].length + offset);
      if (match[0] === '') regex.lastIndex++;
    }
    return { matches, until, judged };
  }

  #judged(match: RegExpExecArray, offset: number, text: string): readonly Match[] {
    const group = match.findIndex((value, index) => index > 0 && value !== undefined && value !== '');
    const at = group === -1 ? 0 : group;
    const secret = match[at]!;
    const { entropy } = this.entry;
    if (entropy !== undefined && entropyOf(secret) < entropy) return NO_MATCH;
    if (this.#isAllowed(secret, leadOf(text, match.index + offset) + match[0])) return NO_MATCH;
    const [start, end] = match.indices![at]!;
    return [{ start: start + offset, end: end + offset }];
  }
}

/** The name that ends before `at`, of which the expression has seen only the last part. */
function leadOf(text: string, at: number): string {
  return /[\w.-]*$/.exec(text.slice(Math.max(at - LONGEST_LEAD, 0), at))![0];
}

/** A test for what an entry allows. */
export function allowance({ of, regexes, stopwords }: AllowanceEntry): (secret: string, match: string) => boolean {
  let compiled: readonly RegExp[] | undefined;
  let words: Words | undefined;
  return (secret, match) => {
    compiled ??= (regexes ?? []).map(([source, flags]) => new RegExp(source, flags));
    const judged = of === 'match' ? match : secret;
    if (judged.length <= LONGEST_ALLOWED && compiled.some((regex) => regex.test(judged))) return true;
    return stopwords !== undefined && (words ??= new Words(stopwords)).anyIn(secret);
  };
}
