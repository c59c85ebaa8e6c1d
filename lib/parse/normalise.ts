/** Letters, digits and signs of ASCII as they are typed, so that most texts need nothing done but small letters. */
const PLAIN = /^[\x20-\x7e]*$/;
/** What is not seen: format characters, variation selectors, fillers, and control characters that are no space. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}\x00-\x08\x0e-\x1f\x7f]/gu;
const SPACES = /[\s\u0085\u2800]+/g;
const RUNS = / {2,}/g;
const FINAL_SIGMA = /ς/g;
const MAY_BE_ESCAPED = /[%\\&]/;
const ESCAPED =
  /((?:%[0-9a-fA-F]{2})+)|\\u\{([0-9a-fA-F]{1,6})\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|&#x([0-9a-fA-F]{1,6});|&#([0-9]{1,7});/g;
const LAST_CODE_POINT = 0x10ffff;

/**
 * A text as a reader sees it: NFKC, without invisible characters, capital and small letters the same, every run of
 * spaces and line breaks as one space, none at the ends. Takes linear time; the result is at most 18 times as long.
 */
export function normalise(text: string): string {
  const plain = PLAIN.test(text);
  const seen = plain ? text : text.normalize('NFKC').replace(INVISIBLE, '');
  const small = folded(seen, plain);
  // Among plain characters only runs of spaces have to be looked for, and most texts hold none.
  return (plain ? small.replace(RUNS, ' ') : small.replace(SPACES, ' ')).trim();
}

/** Capital letters in between, because `ß`, `ẞ` and `SS` are the same word and only that way become the same text. */
function folded(text: string, plain: boolean): string {
  return plain ? text.toLowerCase() : text.toLowerCase().toUpperCase().toLowerCase().replace(FINAL_SIGMA, 'σ');
}

/**
 * The text with escapes decoded once: `%41`, `\u0041`, `\u{41}`, `\x41`, `&#65;`, `&#x41;`, and `+` as a space beside
 * percent escapes; undefined when it holds none. Bytes that are no UTF-8 become the replacement character.
 */
export function decoded(text: string): string | undefined {
  if (!MAY_BE_ESCAPED.test(text)) return undefined;
  let percent = false;
  const plain = text.replace(ESCAPED, (whole, bytes?: string, ...codes: (string | undefined)[]) => {
    if (bytes !== undefined) {
      percent = true;
      return Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8');
    }
    const [braced, four, two, hex, decimal] = codes;
    const digits = braced ?? four ?? two ?? hex;
    const code = digits === undefined ? Number(decimal) : Number.parseInt(digits, 16);
    return code > LAST_CODE_POINT ? whole : String.fromCodePoint(code);
  });
  if (plain === text) return undefined;
  return percent ? plain.replaceAll('+', ' ') : plain;
}
