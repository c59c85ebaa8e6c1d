import { isAscii } from 'node:buffer';

const BACKSLASH = 0x5c;
/** Bytes from which it pays to look whether all are ASCII: those are decoded six times as fast. */
const WORTH_A_LOOK = 256;
/** Bytes that are decoded without a pause. */
const SLICE = 256 * 1024;
/** Bytes of the longest escape. */
const LONGEST_ESCAPE = 6;

/** The text of `[start, end)` as UTF-8. */
export function textOfBytes(bytes: Buffer, start: number, end: number): string {
  if (end - start < WORTH_A_LOOK || !isAscii(bytes.subarray(start, end))) return bytes.toString('utf8', start, end);
  return bytes.toString('latin1', start, end);
}

/** The text a JSON string literal at `[start, end)` stands for, in steps between which others may run. */
export function* decodedInSlices(bytes: Buffer, start: number, end: number): Generator<void, string, void> {
  const parts: string[] = [];
  const last = end - 1;
  for (let at = start + 1; at < last; ) {
    const to = last - at <= SLICE ? last : wholeUntil(bytes, at, at + SLICE);
    const literal = textOfBytes(bytes, at, to);
    parts.push(literal.includes('\\') ? (JSON.parse(`"${literal}"`) as string) : literal);
    at = to;
    yield;
  }
  return parts.join('');
}

/** The last index up to `to` that is neither inside a character nor inside an escape; everything up to `from` is whole. */
function wholeUntil(bytes: Buffer, from: number, to: number): number {
  let end = to;
  while ((bytes[end]! & 0xc0) === 0x80) end--;
  const slash = bytes.lastIndexOf(BACKSLASH, end - 1);
  if (slash < from || end - slash >= LONGEST_ESCAPE) return end;
  let run = slash;
  while (run > from && bytes[run - 1] === BACKSLASH) run--;
  return (slash - run) % 2 === 1 ? end : slash;
}
