import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_LENGTH = 10;
const COUNT_LENGTH = 6;

/**
 * Ids of 20 characters that sort by time: ten for the millisecond, four for this process, six for the count.
 * Unique across processes of one machine and easy to read out.
 */
export class Ids {
  readonly #process = encode(randomBytes(4).readUInt32BE() % 32 ** 4, 4);
  #lastMs = -1;
  #prefix = '';
  #count = 0;

  next(nowMs: number): string {
    if (nowMs !== this.#lastMs) {
      this.#lastMs = nowMs;
      this.#prefix = encode(nowMs, TIME_LENGTH) + this.#process;
    }
    this.#count = (this.#count + 1) % 32 ** COUNT_LENGTH;
    return this.#prefix + encode(this.#count, COUNT_LENGTH);
  }
}

/** When an id was made, in milliseconds since 1970; undefined for what is no whole id. */
export function timeOfId(id: string): number | undefined {
  if (id.length !== TIME_LENGTH + 4 + COUNT_LENGTH) return undefined;
  let ms = 0;
  for (const letter of id.slice(0, TIME_LENGTH)) {
    const digit = ALPHABET.indexOf(letter);
    if (digit === -1) return undefined;
    ms = ms * 32 + digit;
  }
  return ms;
}

function encode(value: number, length: number): string {
  let text = '';
  let rest = value;
  for (let i = 0; i < length; i++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
