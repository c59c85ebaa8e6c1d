/**
 * Line separators some readers split on, though JSON allows them raw in a string: U+0085 (C2 85), U+2028
 * (E2 80 A8) and U+2029 (E2 80 A9). Python's `str.splitlines` and Node's `readline` are such readers.
 */
export const SEPARATORS = ['\u0085', '\u2028', '\u2029'].map((character) => ({
  bytes: Buffer.from(character),
  escaped: Buffer.from(escapeOf(character)),
}));

const RAW = /[\u0085\u2028\u2029]/;
const EVERY_RAW = new RegExp(RAW, 'g');

/** JSON text, such as `JSON.stringify` gives, with raw line separators as their escapes: the same value. */
export function escapeSeparators(json: string): string {
  return RAW.test(json) ? json.replace(EVERY_RAW, escapeOf) : json;
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
