import { BETWEEN_WORDS } from '../../lib/inspect/symbols.ts';

/** Up to this many characters stand between two words; longer runs are shortened before patterns see them. */
const MOST_BETWEEN = 24;
const CLASS = `${[...BETWEEN_WORDS].map(escaped).join('')}`;
/** In a group, so that `?` after a space means that it may be missing. */
const BETWEEN = `(?:[${CLASS}]{1,${MOST_BETWEEN}})`;
/** One word, which ends where the next space is: so there is one way to read any text. */
const WORD = `[^${CLASS}]{1,40}`;

/** Where a word begins and ends. `\b` takes `_` for a letter, but in names it stands between words. */
const BEGINS = '(?<![a-z0-9])';
const ENDS = '(?![a-z0-9])';
/** Where patterns do not say which of the two they mean. */
const EITHER = `(?:${BEGINS}(?=[a-z0-9])|(?<=[a-z0-9])${ENDS})`;

/**
 * The regular expression a rule means, for texts in small letters (`asPatternsRead`): a space stands for whatever may stand between two words, `{{name}}` for what
 * `words.yaml` says of it.
 */
export function expanded(pattern: string, words: Readonly<Record<string, string>>): string {
  let text = pattern;
  // Words are made of words, but not endlessly.
  for (let depth = 0; depth < 4; depth++) {
    text = text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const means = name === 'word' ? WORD : words[name];
      if (means === undefined) throw new Error(`{{${name}}} is not in words.yaml`);
      return `(?:${means})`;
    });
  }
  if (text.includes('{{')) throw new Error(`the words of ${pattern} go round in circles`);
  return withGaps(text);
}

/** An expanded pattern with `+` and `*` for what is bounded, and one sign for what stands between words. */
export function unbounded(pattern: string): string {
  return pattern
    .replaceAll(EITHER, '\\b')
    .replaceAll(BEGINS, '\\b')
    .replaceAll(ENDS, '\\b')
    .replaceAll(BETWEEN, ' ')
    .replaceAll(WORD, '[a-z]+')
    .replace(/\{0,\d+\}/g, '*')
    .replace(/\{[1-9]\d*,\d+\}/g, '+');
}

/** With what spaces and borders mean that are not in a class. */
function withGaps(text: string): string {
  let made = '';
  let inClass = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '\\') {
      const escaped = text[++i] ?? '';
      made += escaped === 'b' && !inClass ? border(made, text.slice(i + 1)) : c + escaped;
      continue;
    }
    if (c === '[') inClass = true;
    else if (c === ']') inClass = false;
    made += c === ' ' && !inClass ? BETWEEN : c.toLowerCase();
  }
  return made;
}

/** What `\b` between these parts of a pattern means. */
function border(before: string, after: string): string {
  if (before === '' || /(?:\(\?:|[(|])$/.test(before) || before.endsWith(BETWEEN)) return BEGINS;
  return /^(?:$|[|)\s[]|\(\?!)/.test(after) || /[a-z0-9?]$/.test(before) ? ENDS : EITHER;
}

function escaped(c: string): string {
  return /\w/.test(c) ? c : unit(c.charCodeAt(0));
}

function unit(c: number): string {
  return `\\u${c.toString(16).padStart(4, '0')}`;
}
