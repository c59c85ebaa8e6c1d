import { DROPPED, foldedOf, foldOf, latinOf, SEVERAL } from '../inspect/views/letters.ts';
import { withoutActing } from '../model/printable.ts';

/** A form of more texts than this is not one for a person, and is taken for the worst. */
const MOST_TEXTS = 10_000;
/** Figures and signs that stand for a letter of the name. */
const STANDS_FOR: Readonly<Record<string, string>> = {
  '1': 'l',
  '|': 'l',
  '!': 'l',
  '0': 'o',
  '5': 's',
  $: 's',
  '4': 'a',
  '@': 'a',
};
/** The name of the gateway where a line or something in brackets begins with it: so do its own questions. */
const AS_GATEWAY =
  /(?:^|[\n\r\u2028\u2029\p{Ps}\p{Pi}<"'`*_#])[^\p{L}\p{N}]{0,20}s\W{0,2}a\W{0,2}l\W{0,2}l\W{0,2}y\W{0,2}p\W{0,2}o\W{0,2}r\W{0,2}t(?![\p{L}\p{N}])/u;

/** Whether anything a person would read of a question of a server begins as the questions of the gateway do. */
export function speaksAsGateway(shown: readonly unknown[]): boolean {
  const left = [...shown];
  for (let looked = 0; left.length > 0; looked++) {
    if (looked >= MOST_TEXTS) return true;
    const one = left.pop();
    if (typeof one === 'string') {
      if (AS_GATEWAY.test(looksLike(one))) return true;
    } else if (typeof one === 'object' && one !== null) {
      for (const [key, value] of Object.entries(one)) left.push(key, value);
    }
  }
  return false;
}

/** The text with every letter, figure and sign as the Latin letter it looks like. */
function looksLike(text: string): string {
  const shown = withoutLineless(text);
  let latin = '';
  for (let at = 0; at < shown.length; at++) {
    const fold = foldOf(shown.charCodeAt(at));
    if (fold === DROPPED) continue;
    if (fold !== SEVERAL) latin += String.fromCharCode(latinOf(fold));
    else {
      const character = String.fromCodePoint(shown.codePointAt(at)!);
      at += character.length - 1;
      latin += foldedOf(character);
    }
  }
  return latin.toLowerCase().replace(/[1|!05$4@]/g, (character) => STANDS_FOR[character]!);
}

/** Without what does not show, but for the ends of lines. */
function withoutLineless(text: string): string {
  return text
    .split(/\r\n?|[\n\u2028\u2029]/)
    .map(withoutActing)
    .join('\n');
}
