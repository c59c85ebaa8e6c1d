import { asObject } from '../model/json.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
/** Nothing we write is nested deeper. */
const DEEPEST = 1100;

/** What of a record its place in the log depends on. */
export interface RecordHead {
  readonly seq: number;
  readonly kind: string;
  readonly id: string;
  readonly decision: string;
}

/**
 * The record at `[from, to)`; undefined for what is no object, or says something twice, of which another reader could pick
 * the other value. Every member has one colon outside of strings, so with a key twice there are more of these than keys.
 */
export function readHead(bytes: Buffer, from: number, to: number): RecordHead | undefined {
  const value = parsed(bytes, from, to);
  if (value === undefined || keysIn(value, 0) !== colonsIn(bytes, from, to)) return undefined;
  const { seq, kind, id, decision } = value;
  return { seq: Number(seq), kind: String(kind), id: String(id), decision: String(decision) };
}

function parsed(bytes: Buffer, from: number, to: number): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(bytes.toString('utf8', from, to)));
  } catch {
    return undefined;
  }
}

/** Keys of all objects in `value`; not a number for what is nested too deeply. */
function keysIn(value: object, depth: number): number {
  if (depth > DEEPEST) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const one of value) if (typeof one === 'object' && one !== null) count += keysIn(one, depth + 1);
    return count;
  }
  for (const one of Object.values(value)) {
    count++;
    if (typeof one === 'object' && one !== null) count += keysIn(one, depth + 1);
  }
  return count;
}

/** Colons outside of strings, in a text that is JSON. */
function colonsIn(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte === COLON) count++;
    else if (byte === QUOTE) {
      at++;
      while (at < to && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
    }
  }
  return count;
}
