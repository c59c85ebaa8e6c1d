import { RULES } from '../../lib/inspect/secrets/rules/compiled.ts';

/** Texts in which keywords are looked for one by one; longer ones are worth an automaton. */
const LONGEST = 256;
/** By then the automaton would have cost less. */
const MOST_LOOKS = 100;
/** Where a compiled rule has its keywords: a list of texts in which no bracket stands. */
const KEYWORDS = /"keywords":(\[[^\]]*\])/;

/**
 * Says of the few short texts of a start that no secret can be in them, since none of the words stands there without
 * which no rule of `lib/inspect/secrets/` looks. Putting all rules together takes fifteen milliseconds.
 */
export class KeywordLook {
  #left = MOST_LOOKS;
  #keywords: readonly string[] | undefined;

  /** True only where `SecretFinder` finds nothing in `text`, the value of `name`. */
  isEmpty(text: string, name = ''): boolean {
    if (this.#left === 0 || text.length + name.length > LONGEST) return false;
    this.#left -= 1;
    this.#keywords ??= keywords();
    // As rules would read it: in small letters, and with a run of spaces as one.
    const read = `${name}="${text}"`.toLowerCase().replace(/ +/g, ' ');
    const found = this.#keywords.some((keyword) => read.includes(keyword));
    if (found) this.#left = 0;
    return !found;
  }
}

/** Throws for a rule that is written otherwise, for a look without its keywords would pass over its secrets. */
function keywords(): readonly string[] {
  return RULES.flatMap((rule) => {
    const [, list] = KEYWORDS.exec(rule) ?? [];
    if (list === undefined) throw new Error('a compiled rule for secrets has no keywords');
    return JSON.parse(list) as string[];
  });
}
