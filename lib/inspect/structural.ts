import { type Carriers, decodeSelectors, decodeTags } from './views/carriers.ts';
import type { Folded } from './views/fold.ts';
import { conceals } from './views/terminal.ts';

/** Something in the way a text is written that no harmless text has. */
export interface Flag {
  readonly rule: string;
  readonly start: number;
  readonly end: number;
}

const FEWEST_TAGS = 6;
/** Bytes in selectors: an emoji has one of them. */
const FEWEST_SELECTORS = 4;
const FEWEST_ZERO_WIDTH = 3;
const FEWEST_MIXED = 2;

/** Letters of alphabets that never need what is not seen between them; not those of Arabia, India and the south-east of Asia. */
const LETTER = 'A-Za-z\\u00c0-\\u024f\\u0370-\\u052f';
const ZERO_WIDTH = '\\u034f\\u115f\\u1160\\u180e\\u200b-\\u200d\\u2060-\\u2064\\u3164\\ufeff\\uffa0';
/** Not where a word made of several begins another one: pages of documentation let lines break there. */
const INSIDE_WORD = new RegExp(`(?<=[${LETTER}])[${ZERO_WIDTH}]+(?=[${LETTER}])(?![A-Z])`, 'g');
/** Hyphens for line breaks stand between syllables; none has one letter after another. */
const LETTER_BY_LETTER = new RegExp(`(?:[${LETTER}][${ZERO_WIDTH}\\u00ad]+){4,}[${LETTER}]`);
/** As many as four bytes, a bit each: a script needs one or two, and mails that fill up their first line set spaces between them. */
const FEWEST_UNSEEN = 32;
const UNSEEN_RUN = new RegExp(
  `[${ZERO_WIDTH}\\u00ad\\u061c\\u17b4\\u17b5\\u200e\\u200f\\u202a-\\u202e\\u2065-\\u206f]{${FEWEST_UNSEEN},}`,
  'g',
);
const OVERRIDE = /[\u202d\u202e][^\u202c]{0,200}?\p{L}/u;

/** What stands out in a text, of which the fold has counted what shows nothing and what is mixed. */
export function flagsOf(text: string, { dropped, mixedWords }: Folded, carriers: () => Carriers): Flag[] {
  const flags: Flag[] = [];
  const add = (rule: string, start: number, end: number) => flags.push({ rule: `hidden.${rule}`, start, end });
  if (mixedWords >= FEWEST_MIXED) add('mixed-script', 0, text.length);
  if (dropped === 0) return flags;
  const { tags, selectors } = carriers();
  if (tags.length > 0 && decodeTags(text, tags).length >= FEWEST_TAGS) add('tags', tags[0]!.start, tags.at(-1)!.end);
  for (const { start, end } of selectors) {
    if (decodeSelectors(text, start, end).length >= FEWEST_SELECTORS) add('variation-selectors', start, end);
  }
  const override = OVERRIDE.exec(text);
  if (override !== null) add('bidi', override.index, override.index + override[0].length);
  const zeroWidth = dropped < FEWEST_ZERO_WIDTH ? undefined : zeroWidthIn(text);
  if (zeroWidth !== undefined) add('zero-width', zeroWidth.start, zeroWidth.end);
  const concealed = conceals(text);
  if (concealed !== -1) add('ansi', concealed, text.length);
  return flags;
}

function zeroWidthIn(text: string): { start: number; end: number } | undefined {
  const byLetter = LETTER_BY_LETTER.exec(text);
  if (byLetter !== null) return { start: byLetter.index, end: byLetter.index + byLetter[0].length };
  for (const { 0: run, index } of text.matchAll(UNSEEN_RUN)) {
    // Many of one say nothing.
    if (new Set(run).size > 1) return { start: index, end: index + run.length };
  }
  INSIDE_WORD.lastIndex = 0;
  let start = -1;
  for (let count = 1; ; count++) {
    const match = INSIDE_WORD.exec(text);
    if (match === null) return undefined;
    if (start === -1) start = match.index;
    if (count === FEWEST_ZERO_WIDTH) return { start, end: match.index + 1 };
  }
}
