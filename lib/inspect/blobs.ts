/** Read in full at both ends; between them every sixteenth byte, which no sentence of any length passes. */
const ENDS = 1024;
const STRIDE = 16;

/** Characters of base64 that are decoded to see what they are. */
const SAMPLE = 1024;
/** What share of characters may be none that are shown in what is a text all the same. */
const MOST_ODD = 0.2;

const ALPHABET = new Uint8Array(256);
for (const c of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=', 'latin1'))
  ALPHABET[c] = 1;

/** Whether the bytes `[start, end)` of JSON can only be base64 or base64url, so that nobody reads them as words. */
export function looksLikeBase64(bytes: Buffer, start: number, end: number): boolean {
  const head = Math.min(end, start + ENDS);
  const tail = Math.max(head, end - ENDS);
  return isAlphabet(bytes, start, head, 1) && isAlphabet(bytes, head, tail, STRIDE) && isAlphabet(bytes, tail, end, 1);
}

/**
 * What base64 stands for, if that is a text: a client shows a resource of type `text/plain` whichever way it was sent.
 * Images, archives and the like have other bytes at their beginning, in their middle or at their end.
 */
export function textInBase64(bytes: Buffer, start: number, end: number): string | undefined {
  const length = Math.floor((end - start) / 4) * 4;
  const places = [0, Math.floor(length / 8) * 4, Math.max(0, length - SAMPLE)];
  const isText = places.some((at) => readsAsText(decoded(bytes, start + at, Math.min(end, start + at + SAMPLE))));
  return isText ? decoded(bytes, start, end).toString('utf8') : undefined;
}

function decoded(bytes: Buffer, start: number, end: number): Buffer {
  return Buffer.from(bytes.toString('latin1', start, end), 'base64');
}

/** Of bytes by chance three of eight are letters, digits and signs, and hardly any are UTF-8 of something that is shown. */
function readsAsText(bytes: Buffer): boolean {
  const text = bytes.toString('utf8');
  let odd = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0xfffd || c === 0x7f || (c < 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09 && c !== 0x1b)) odd++;
  }
  return text.length > 0 && odd < text.length * MOST_ODD;
}

function isAlphabet(bytes: Buffer, start: number, end: number, stride: number): boolean {
  for (let i = start; i < end; i += stride) if (ALPHABET[bytes[i]!] === 0) return false;
  return true;
}
