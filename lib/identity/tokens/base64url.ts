const ALPHABET = /^[A-Za-z0-9_-]+$/;
/** The last letter of a text holds bits that stand for nothing; they must be zero, or two texts would be one value. */
const TWO_LEFT = /[AQgw]$/;
const THREE_LEFT = /[AEIMQUYcgkosw048]$/;

/** Whether a text is base64url as an encoder writes it: no padding, nothing else between, no spare bits. Empty is not. */
export function isBase64url(text: string): boolean {
  if (!ALPHABET.test(text)) return false;
  const left = text.length % 4;
  return left === 0 || (left === 2 && TWO_LEFT.test(text)) || (left === 3 && THREE_LEFT.test(text));
}
