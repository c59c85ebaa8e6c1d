import { type MadeOf, readPrepared } from '../prepared.ts';
import { pairOf, readTokens, roomForTokens } from './tokens.ts';
import { ELSEWHERE } from './words-elsewhere.ts';
import { ENGLISH } from './words-english.ts';

const SLOTS = 1 << 15;
/** For each slot a class in the low byte and a check in the high one, since slots are found by a hash. */
const TABLE = asWritten(readPrepared('word-classes', madeOf())) ?? filledClasses();

/** Which class a word is of, by its hash; 0 for most. */
export function classOf(hash: number): number {
  const entry = TABLE[hash >>> 17]!;
  return entry !== 0 && entry >>> 8 === ((hash >>> 2) & 0xff) ? entry & 0xff : 0;
}

/** What the table is made of. */
export function madeOf(): MadeOf {
  return [JSON.stringify([ENGLISH, ELSEWHERE])];
}

function asWritten(packed: Buffer | undefined): Uint16Array | undefined {
  return packed && new Uint16Array(new Uint8Array(packed).buffer);
}

/** The table; made by the build, since reading words of all languages takes several MB. */
export function filledClasses(): Uint16Array {
  const table = new Uint16Array(SLOTS);
  const tokens = roomForTokens();
  Object.keys(ENGLISH).forEach((name, index) => {
    for (const word of `${ENGLISH[name]} ${ELSEWHERE[name] ?? ''}`.split(' ')) {
      readTokens(word, 0, word.length, tokens);
      const [one, two] = tokens.hashes;
      if (tokens.count === 0 || tokens.count > 2) continue;
      const hash = tokens.count === 1 ? one! : pairOf(one!, two!);
      table[hash >>> 17] ||= (((hash >>> 2) & 0xff) << 8) | (index + 1);
    }
  });
  return table;
}
