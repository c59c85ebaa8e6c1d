import { escaped } from '../model/printable.ts';
import { looksLatin } from '../registry/name-folding.ts';

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const PART = /\S+/g;
const LATIN = /[A-Za-z]/;
/** Scripts in which wide signs are how one writes. */
const WIDE_SCRIPTS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const NOT_ASCII = /[^\x00-\x7f]/gu;
const ASCII = /^[\x00-\x7f]+$/;

/**
 * The text with everything escaped that a person would take for something else: letters of other scripts within a word that is
 * otherwise Latin, and signs that are only another form of one on every keyboard, such as a wide `/`.
 */
export function withLookAlikesShown(text: string): string {
  // Most texts have none of them, and are not looked at twice.
  if (ASCII.test(text)) return text;
  const words = text.replace(WORD, (word) =>
    LATIN.test(word) ? word.replace(NOT_ASCII, (letter) => (looksLatin(letter) ? escaped(letter) : letter)) : word,
  );
  return words.replace(PART, (part) =>
    LATIN.test(part) && !WIDE_SCRIPTS.test(part)
      ? part.replace(NOT_ASCII, (sign) => (isForm(sign) ? escaped(sign) : sign))
      : part,
  );
}

/** Slashes of mathematics have no other form, and are taken for one all the same. */
function isForm(sign: string): boolean {
  return sign === '\u2044' || sign === '\u2215' || (sign !== '…' && ASCII.test(sign.normalize('NFKD')));
}
