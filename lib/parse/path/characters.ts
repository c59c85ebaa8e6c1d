const MAX_BYTES = 4096;
const MAX_NAME_BYTES = 255;

/** C0, C1, DEL, and the separators of lines and paragraphs. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/**
 * Characters that do not show or turn the text around. Some file systems leave them out when they compare names
 * (HFS+: U+200C to U+200F, U+202A to U+202E, U+206A to U+206F, U+FEFF), so `.s\u200csh` is `.ssh` there.
 */
const INVISIBLE =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|\u{e0001}|[\u{e0020}-\u{e007f}]/u;
const LONE_SURROGATE = /\p{Surrogate}/u;
const NON_ASCII = /[^\u0000-\u007f]/;
/** Read as a slash after compatibility normalisation (UAX #15, NFKC) or in the code pages Windows falls back to. */
const LOOKS_LIKE_SYNTAX = /[\u2044\u2215\u2216\ufe68\uff0f\uff3c]/;
const DOTS_ONLY = /^[.\u2024\u2025\u3002\ufe52\uff0e\uff61]{1,2}$/;

/**
 * Percent escapes a server may decode before it opens the file: of control characters, `.`, `/`, `\`, `%` itself,
 * of bytes that never stand in UTF-8 (over-long forms of those), and the `%u` form.
 */
const HIDDEN_SYNTAX = /%(?:[01][0-9a-f]|7f|2[ef5]|5c|c[01]|f[5-9a-f]|u[0-9a-f]|%)/i;
/** The same written for decoders of other escapes, and dots that are `..` once a filter has taken a `../` out. */
const DOTTED_SYNTAX = /\.\.(?:0x)?(?:2f|5c)|0x2e0x2e|(?:^|\/)\.{4,}(?:\/|$)/i;

/** Why the characters of `text` cannot be a path on any platform; undefined when they can. */
export function characterFault(text: string): string | undefined {
  // A character is at most three bytes for each of its UTF-16 units, so most texts are never measured.
  if (text.length > MAX_BYTES / 3 && Buffer.byteLength(text) > MAX_BYTES) return 'it is longer than 4,096 bytes';
  if (CONTROL.test(text)) return 'it holds a control character';
  if (text.includes('%') && HIDDEN_SYNTAX.test(text))
    return 'it holds a percent escape of a character with a meaning in paths';
  if (DOTTED_SYNTAX.test(text)) return 'it holds dots that may be read as others';
  if (text !== text.trim()) return 'it begins or ends with white space';
  if (isQuoted(text)) return 'it stands in quotation marks';
  return NON_ASCII.test(text) ? wideFault(text) : undefined;
}

/** Why one name of a path cannot be the name of a file; undefined when it can. */
export function nameFault(name: string): string | undefined {
  if (name.length <= MAX_NAME_BYTES / 3) return undefined;
  return Buffer.byteLength(name) > MAX_NAME_BYTES ? 'it holds a name longer than 255 bytes' : undefined;
}

function wideFault(text: string): string | undefined {
  if (LONE_SURROGATE.test(text)) return 'it is not well-formed Unicode';
  if (INVISIBLE.test(text)) return 'it holds an invisible character';
  if (LOOKS_LIKE_SYNTAX.test(text)) return 'it holds a character that may be read as a slash';
  const disguised = text.split(/[/\\]/).some((name) => NON_ASCII.test(name) && DOTS_ONLY.test(name));
  return disguised ? 'it holds characters that may be read as dots' : undefined;
}

/** Some servers take quotation marks off, others look for a file that has them in its name. */
function isQuoted(text: string): boolean {
  const first = text[0];
  return text.length > 1 && (first === '"' || first === "'" || first === '`') && text.endsWith(first);
}
