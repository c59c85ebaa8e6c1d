/** Digits of base64 and base64url (RFC 4648), and what fills up the last of them. */
const ALPHABET = new Uint8Array(256);
for (const c of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=', 'latin1'))
  ALPHABET[c] = 1;
const LETTER = 1;
const BETWEEN = 2;
const KINDS = new Uint8Array(256);
for (const c of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 'latin1')) KINDS[c] = LETTER;
for (const c of Buffer.from('+/-_=', 'latin1')) KINDS[c] = BETWEEN;

const CONTROLS = Uint8Array.from({ length: 256 }, (_, c) => Number(isOdd(c)));
/** Bytes of what base64 stands for that are judged together: an order is longer than half of them. */
const PART = 256;
/** What share of characters may be none that are shown in what is a text all the same. */
const MOST_ODD = 0.2;
/** By chance, so many stand near each other once in some thousand digits of base64. */
const FEWEST_WORDS = 3;
const SHORTEST_WORD = 1;
const LONGEST_WORD = 14;

/** Kinds of content whose bytes are characters, whatever they are sent as. */
const TEXTUAL = /^text\/|[/+](?:json|xml|yaml|javascript|ecmascript|x-sh|x-yaml|toml|sql)\b|charset=/i;

/** Whether the bytes `[start, end)` of JSON can only be base64 or base64url. */
export function isBase64(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (ALPHABET[bytes[i]!] === 0) return false;
  return true;
}

/** Whether what is called so (RFC 6838) is read as text. */
export function isTextual(mimeType: string): boolean {
  return TEXTUAL.test(mimeType);
}

/**
 * What base64 says to somebody who reads: all of it where it is `textual`, since a client shows a resource of type `text/plain`
 * whichever way it was sent; else the parts that are text, in the bytes or in the base64 itself. Empty where nothing is, as
 * in most images, sounds and archives.
 */
export function textInBase64(bytes: Buffer, start: number, end: number, textual: boolean): string {
  const decoded = Buffer.from(bytes.toString('latin1', start, end), 'base64');
  const read = textual ? asText(decoded) : readableIn(decoded);
  const words = wordsIn(bytes, start, end);
  return words === '' ? read : `${read}\n${words}`;
}

function readableIn(decoded: Buffer): string {
  let text = '';
  let last = -1;
  for (let at = 0; at < decoded.length; at += PART) {
    if (isUnlikely(decoded, at, Math.min(decoded.length, at + PART))) continue;
    const part = asText(decoded.subarray(at, at + PART));
    if (!readsAsText(part)) continue;
    text += last === at || text === '' ? part : `\n${part}`;
    last = at + PART;
  }
  return text;
}

/** Text has hardly any control characters, and in UTF-16 at least a third of zeroes; of bytes by chance they are one of nine. */
function isUnlikely(bytes: Buffer, start: number, end: number): boolean {
  let controls = 0;
  for (let i = start; i < end; i++) controls += CONTROLS[bytes[i]!]!;
  return controls > (end - start) * 0.08 && controls < (end - start) / 3;
}

/** As UTF-8, or as UTF-16 where every other byte is zero. */
function asText(bytes: Buffer): string {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) i % 2 === 0 ? even++ : odd++;
  const wide = bytes.length * 0.4;
  if (odd > wide && even < odd / 4) return bytes.toString('utf16le');
  if (even > wide && odd < even / 4)
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le');
  return bytes.toString('utf8');
}

/** Of bytes by chance three of eight are letters, digits and signs, and hardly any are UTF-8 of something that is shown. */
function readsAsText(text: string): boolean {
  let odd = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0xfffd || isOdd(c)) odd++;
  }
  return text.length > 0 && odd < text.length * MOST_ODD;
}

/** A control character that no text has. */
function isOdd(c: number): boolean {
  return c === 0x7f || (c < 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09 && c !== 0x1b);
}

/** Words with signs between them, such as `do_as_I_say`: all of it are digits of base64, and nobody decodes it to read it. */
function wordsIn(bytes: Buffer, start: number, end: number): string {
  const runs: string[] = [];
  let words = 0;
  let first = start;
  /** Where the last sign stands. */
  let sign = start - 1;
  for (let i = start; i <= end; i++) {
    if (i < end && KINDS[bytes[i]!] !== BETWEEN) continue;
    const length = i - sign - 1;
    if (length >= SHORTEST_WORD && length <= LONGEST_WORD && isWord(bytes, sign + 1, i)) {
      if (words++ === 0) first = sign + 1;
    }
    if (words >= FEWEST_WORDS && (length > LONGEST_WORD || i === end)) {
      // The words at both ends may stand in longer runs.
      runs.push(bytes.toString('latin1', Math.max(start, first - LONGEST_WORD), Math.min(i, sign + 1 + LONGEST_WORD)));
    }
    if (length > LONGEST_WORD) words = 0;
    sign = i;
  }
  return runs.join('\n');
}

function isWord(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (KINDS[bytes[i]!] !== LETTER) return false;
  return true;
}
