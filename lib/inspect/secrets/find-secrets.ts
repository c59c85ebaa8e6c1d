import { type Found, merged, NOTHING_FOUND } from '../found.ts';
import { randomLooking } from './random-looking.ts';
import { type RuleSet, ruleSet } from './rule-set.ts';
import { Search } from './search.ts';
import { Work } from './work.ts';

export { Work } from './work.ts';

export interface SecretOptions {
  /** Whether texts count that only look random. */
  readonly entropy?: boolean;
  /** Values that are no secrets. */
  readonly allow?: readonly string[];
}

const ASCII = 128;
/** Names longer than this are no names, and longer values no passwords. */
const LONGEST_NAME = 100;
const LONGEST_NAMED = 512;
/** Tokens of places in lists, which name themselves like secrets. */
const HARMLESS_NAME =
  /(?:page|next|prev(?:ious)?|continuation|sync|cursor|csrf|xsrf|max|min|per|input|output|total|prompt|completion)[_.\s-]?tokens?$|^(?:public|foreign|primary|sort|partition|idempotency|object|cache)[_.\s-]?key$|^key$/i;

/** Characters or bytes that are looked at without a pause. */
const SLICE = 64 * 1024;
/** No keyword has more bytes. */
const LONGEST_KEYWORD = 64;

/** Finds keys, tokens and passwords in texts, in time in proportion to their length. */
export class SecretFinder {
  readonly #options: SecretOptions;
  readonly #allowed: ReadonlySet<string>;
  #rules: RuleSet | undefined;

  constructor(options: SecretOptions = {}) {
    this.#options = options;
    this.#allowed = new Set(options.allow ?? []);
  }

  /** Puts the rules together, which takes some milliseconds. */
  warm(): void {
    this.#rules ??= ruleSet();
  }

  /** What is secret in `text`, in order and without overlaps; `name` is that of the member it is the value of. */
  find(text: string, name?: string, work: Work = new Work()): readonly Found[] {
    if (text.length < 4) return NOTHING_FOUND;
    const named = name !== undefined && isTelling(name) && text.length <= LONGEST_NAMED;
    // A value is judged as it would be written, so that rules see what it is called.
    return this.#kept(
      text,
      named ? within(this.#search(`${name}="${text}"`, work), name.length + 2, text.length) : this.#search(text, work),
    );
  }

  /** The same in steps of a millisecond or so, between which others may run. */
  *findInSlices(text: string, name: string | undefined, work: Work): Generator<void, readonly Found[], void> {
    if (text.length <= SLICE) return this.find(text, name, work);
    this.#rules ??= ruleSet();
    const search = new Search(this.#rules, text, work);
    for (let at = SLICE; !search.go(at); at += SLICE) yield;
    if (this.#options.entropy === true) search.found.push(...randomLooking(text));
    return this.#kept(text, search.found);
  }

  /** Whether JSON text may hold a secret: without a keyword in it, and without escapes that could hide one, it cannot. */
  mayHold(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#options.entropy === true) return true;
    this.#rules ??= ruleSet();
    const { classes, shift, next, firstFound } = this.#rules.keywords;
    let state = 0;
    for (let i = from; i < to; i++) {
      const c = bytes[i]!;
      if (c === 0x5c) {
        const escaped = bytes[i + 1];
        if (escaped === 0x75 || escaped === 0x2f) return true;
      }
      state = next[(state << shift) + (c < ASCII ? classes[c]! : 0)]!;
      if (state >= firstFound) return true;
    }
    return false;
  }

  /** The same in steps. */
  *mayHoldInSlices(bytes: Uint8Array, from: number, to: number): Generator<void, boolean, void> {
    for (let at = from; at < to; at += SLICE) {
      if (this.mayHold(bytes, Math.max(from, at - LONGEST_KEYWORD), Math.min(to, at + SLICE))) return true;
      if (at + SLICE < to) yield;
    }
    return false;
  }

  #search(text: string, work: Work): Found[] {
    this.#rules ??= ruleSet();
    const search = new Search(this.#rules, text, work);
    search.go(text.length);
    if (this.#options.entropy === true) search.found.push(...randomLooking(text));
    return search.found;
  }

  #kept(text: string, found: readonly Found[]): readonly Found[] {
    if (found.length === 0) return NOTHING_FOUND;
    const kept =
      this.#allowed.size === 0 ? found : found.filter(({ start, end }) => !this.#allowed.has(text.slice(start, end)));
    return merged(kept);
  }
}

function isTelling(name: string): boolean {
  return name !== '' && name.length <= LONGEST_NAME && !HARMLESS_NAME.test(name);
}

/** What lies in the value, counted from its beginning. */
function within(found: readonly Found[], from: number, length: number): Found[] {
  return found.flatMap((one) => {
    const start = Math.max(one.start - from, 0);
    const end = Math.min(one.end - from, length);
    return start < end ? [{ ...one, start, end }] : [];
  });
}
