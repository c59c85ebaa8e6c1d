import { endOfString } from './string-end.ts';
import { textOfBytes } from './text-of-bytes.ts';

/** A value inside a JSON text: where it stands and, in an object, under which key. */
export interface Child {
  readonly key: string;
  readonly index: number;
  /** Where the member begins: at its key in an object, at the value in an array. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The members or elements of the object or array at `from` in `bytes`, in order. The text must have passed
 * the scanner: nothing is checked here, so it is fast. A scalar has no children.
 */
export function children(bytes: Buffer, from = 0): Child[] {
  const open = bytes[from];
  if (open !== 0x7b && open !== 0x5b) return [];
  const found: Child[] = [];
  let i = skipSpace(bytes, from + 1);
  while (bytes[i] !== 0x7d && bytes[i] !== 0x5d) {
    const at = i;
    let key = '';
    if (open === 0x7b) {
      const keyEnd = endOfString(bytes, i);
      key = decodeString(bytes, i, keyEnd);
      i = skipSpace(bytes, skipSpace(bytes, keyEnd) + 1);
    }
    const end = endOfValue(bytes, i);
    found.push({ key, index: found.length, at, start: i, end });
    i = skipSpace(bytes, end);
    if (bytes[i] === 0x2c) i = skipSpace(bytes, i + 1);
  }
  return found;
}

/** The JSON string at `[start, end)`, quotes included, as the text it stands for. */
export function decodeString(bytes: Buffer, start: number, end: number): string {
  return unquote(textOfBytes(bytes, start, end));
}

/** Whether the object or array at `from` holds anything. */
export function isEmptyAt(bytes: Buffer, from: number): boolean {
  const first = bytes[skipSpace(bytes, from + 1)];
  return first === 0x7d || first === 0x5d;
}

/** The text a JSON string literal stands for. */
export function unquote(literal: string): string {
  return literal.includes('\\') ? (JSON.parse(literal) as string) : literal.slice(1, -1);
}

/** The index after the value that begins at `i`. */
function endOfValue(bytes: Buffer, i: number): number {
  const c = bytes[i];
  if (c === 0x22) return endOfString(bytes, i);
  if (c === 0x7b || c === 0x5b) return endOfContainer(bytes, i);
  let at = i;
  while (at < bytes.length && !endsScalar(bytes[at]!)) at++;
  return at;
}

/** Whether objects and arrays stand `depth` levels inside each other anywhere. */
export function reachesDepth(bytes: Buffer, depth: number): boolean {
  let open = 0;
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i];
    if (c === 0x22) i = endOfString(bytes, i) - 1;
    else if (c === 0x7b || c === 0x5b) {
      if (++open >= depth) return true;
    } else if (c === 0x7d || c === 0x5d) open--;
  }
  return false;
}

function endOfContainer(bytes: Buffer, from: number): number {
  let depth = 0;
  for (let i = from; i < bytes.length; i++) {
    const c = bytes[i];
    if (c === 0x22) i = endOfString(bytes, i) - 1;
    else if (c === 0x7b || c === 0x5b) depth++;
    else if ((c === 0x7d || c === 0x5d) && --depth === 0) return i + 1;
  }
  return bytes.length;
}

function skipSpace(bytes: Buffer, from: number): number {
  let i = from;
  while (bytes[i] === 0x20 || bytes[i] === 0x09 || bytes[i] === 0x0d) i++;
  return i;
}

function endsScalar(c: number): boolean {
  return c === 0x2c || c === 0x7d || c === 0x5d || c === 0x20 || c === 0x09 || c === 0x0d;
}
