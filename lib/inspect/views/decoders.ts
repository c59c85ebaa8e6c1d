/** Characters of a run that tell whether it is worth decoding. */
const HEAD = 48;
/** `A`, as every other byte of UTF-16 begins. */
const ZEROES = 0x41;
/** Of what comes out; the rest may be cut in the middle of a character. */
const MOST_UNREADABLE = 0.03;

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };
const ESCAPE =
  /\\u([0-9a-f]{4})|\\u\{([0-9a-f]{1,6})\}|\\x([0-9a-f]{2})|&#x([0-9a-f]{1,6});?|&#(\d{1,7});?|&(lt|gt|amp|quot|apos|nbsp);|((?:%[0-9a-f]{2})+)/gi;

/** A text with characters for what is written as `%XX`, `&#NN;`, `\xXX` or `\uXXXX`. */
export function decodeEscapes(text: string): string {
  return text.replace(
    ESCAPE,
    (whole, u, braced, x, entityHex, entity, name: string | undefined, percent: string | undefined) => {
      if (percent !== undefined) return Buffer.from(percent.replaceAll('%', ''), 'hex').toString('utf8');
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
      const c = entity === undefined ? Number.parseInt(u ?? braced ?? x ?? entityHex, 16) : Number(entity);
      return c <= 0x10ffff ? String.fromCodePoint(c) : whole;
    },
  );
}

/** What hexadecimal digits say; undefined when they are no digits, or say no text. */
export function decodeHex(run: string): string | undefined {
  const from = /^0x/i.test(run) ? 2 : 0;
  if (!/^[0-9a-f\r\n]+$/i.test(run.slice(from, from + HEAD))) return undefined;
  const digits = run.slice(from).replace(/[\r\n]/g, '');
  return /^[0-9a-f]+$/i.test(digits) ? textOf(Buffer.from(digits.slice(0, digits.length & ~1), 'hex')) : undefined;
}

/** What base64 or base64url says, also when up to three characters before it look like it; undefined when it is no text. */
export function decodeBase64(run: string): string | undefined {
  const digits = run.replace(/[\r\n]/g, '');
  for (let skipped = 0; skipped < 4; skipped++) {
    if (!mayBeText(digits, skipped)) continue;
    const head = digits.slice(skipped, skipped + HEAD);
    if (textOf(Buffer.from(head, 'base64')) === undefined) continue;
    const text = textOf(Buffer.from(digits.slice(skipped), 'base64'));
    if (text !== undefined) return text;
  }
  return undefined;
}

/**
 * The first of four digits of base64 holds six bits of a byte, and those of ASCII are `I` to `Z` and `a` to `f`. A text in another
 * alphabet begins with the first byte of a character of it, `w` to `7`. Most runs are neither, and need not be decoded to know.
 */
function mayBeText(digits: string, skipped: number): boolean {
  const first = digits.charCodeAt(skipped);
  if (skipped === 0 && ((first >= 0x30 && first <= 0x37) || (first >= 0x77 && first <= 0x7a))) return true;
  let fitting = 0;
  let looked = 0;
  const end = Math.min(digits.length, skipped + HEAD);
  for (let i = skipped; i < end; i += 4, looked++) {
    const c = digits.charCodeAt(i);
    if (c === ZEROES || (c >= 0x49 && c <= 0x5a) || (c >= 0x61 && c <= 0x66)) fitting++;
  }
  // White space and accents do not fit.
  return fitting * 3 >= looked * 2;
}

/** Bytes as UTF-8, or as UTF-16 where every other one is zero; undefined when too much of it cannot be read. */
function textOf(bytes: Buffer): string | undefined {
  if (bytes.length < 8) return undefined;
  const isWide = bytes[1] === 0 && bytes[3] === 0 && bytes[5] === 0 && bytes[0] !== 0;
  const text = bytes.toString(isWide ? 'utf16le' : 'utf8');
  let unreadable = 0;
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0xfffd || (c < 32 && c !== 9 && c !== 10 && c !== 13 && c !== 27)) unreadable++;
    else if (c > 64) letters++;
  }
  // What was cut off at the end may be half a character.
  if (unreadable > Math.max(1, text.length * MOST_UNREADABLE)) return undefined;
  return letters * 3 >= text.length ? text : undefined;
}
