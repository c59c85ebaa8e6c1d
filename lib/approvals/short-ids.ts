import { randomInt } from 'node:crypto';

/** Letters and digits nobody takes for each other, aloud or on a screen. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const SHORTEST = 4;
const LONGEST = 8;
const TRIES = 20;

/** A name for a request that can be said and typed; it opens nothing. Longer where the short ones are taken. */
export function shortId(isTaken: (id: string) => boolean): string {
  for (let length = SHORTEST; ; length = Math.min(length + 1, LONGEST)) {
    for (let i = 0; i < TRIES; i++) {
      const id = Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
      if (!isTaken(id)) return id;
    }
  }
}
