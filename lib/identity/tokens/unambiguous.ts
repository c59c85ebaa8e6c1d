import { asObject, type Json } from '../../model/json.ts';

/** Claims lead a few levels in; what is nested deeper is meant to hurt. */
const MOST_DEPTH = 32;

/**
 * The JSON object a text holds; undefined for anything else, and where a key stands twice in one object, so that two
 * readers could take different values.
 */
export function unambiguousObject(text: string): Json | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const object = asObject(value);
  return object !== undefined && readsOneWay(text) ? object : undefined;
}

/** Over a text that is valid JSON: whether every object has each key once, and nothing is nested too deep. */
function readsOneWay(text: string): boolean {
  /** The keys of each object that is open; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let keyNext = false;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: {
        const end = endOfString(text, i);
        const keys = open.at(-1);
        if (keyNext && keys !== undefined) {
          const raw = text.slice(i + 1, end);
          const key = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
          if (keys.has(key)) return false;
          keys.add(key);
        }
        keyNext = false;
        i = end;
        break;
      }
      case 0x7b:
        open.push(new Set());
        if (open.length > MOST_DEPTH) return false;
        keyNext = true;
        break;
      case 0x5b:
        open.push(undefined);
        if (open.length > MOST_DEPTH) return false;
        keyNext = false;
        break;
      case 0x7d:
      case 0x5d:
        open.pop();
        break;
      case 0x2c:
        keyNext = open.at(-1) !== undefined;
        break;
    }
  }
  return true;
}

/** Where the string that begins at `start` has its closing quote. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (text.charCodeAt(i) !== 0x22) i += text.charCodeAt(i) === 0x5c ? 2 : 1;
  return i;
}
