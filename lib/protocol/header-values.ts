const SENTINEL = '=?base64?';
const SENTINEL_END = '?=';
/** Visible ASCII with spaces and tabs inside (RFC 9110, 5.5, without obs-text). */
const FIELD_VALUE = /^[\x20-\x7e\t]*$/;
const OUTER_SPACE = /^[ \t]+|[ \t]+$/g;

/**
 * `text` as the value of a header that mirrors a member of the body (2026-07-28, streamable-http, Value Encoding):
 * as it is when a header can carry it, else the base64 of its UTF-8 between `=?base64?` and `?=`.
 */
export function encodeHeaderValue(text: string): string {
  return isPlain(text) ? text : SENTINEL + Buffer.from(text, 'utf8').toString('base64') + SENTINEL_END;
}

/** The text a header value stands for; undefined when no sender that follows the rules could have meant one. */
export function decodeHeaderValue(raw: string): string | undefined {
  const value = raw.replace(OUTER_SPACE, '');
  if (!FIELD_VALUE.test(value)) return undefined;
  if (!looksEncoded(value)) return value;
  const base64 = value.slice(SENTINEL.length, -SENTINEL_END.length);
  const bytes = Buffer.from(base64, 'base64');
  // Node skips what is no base64; two spellings of one value would let two readers see two values.
  if (value.length < SENTINEL.length + SENTINEL_END.length || bytes.toString('base64') !== base64) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether a header carries `text` unchanged: nothing is trimmed, mistaken for the encoding or taken for absent. */
function isPlain(text: string): boolean {
  return text !== '' && FIELD_VALUE.test(text) && text.replace(OUTER_SPACE, '') === text && !looksEncoded(text);
}

/** The markers are case-sensitive. */
function looksEncoded(text: string): boolean {
  return text.startsWith(SENTINEL) && text.endsWith(SENTINEL_END);
}
