import { MOST_WINDOWS, PART_CHARACTERS } from './protocol.ts';

/**
 * The parts of a text a model looks at: the beginning and what is most suspicious. Where nobody says what is, the rest
 * are taken at equal distances, the end among them.
 */
export function partsOf(text: string, suspicious: readonly string[]): string[] {
  if (text.length <= PART_CHARACTERS) return [text];
  const others = suspicious.length > 0 ? suspicious.slice(0, MOST_WINDOWS - 1) : spread(text);
  return [text, ...others].map((part) => part.slice(0, PART_CHARACTERS));
}

function spread(text: string): string[] {
  const last = text.length - PART_CHARACTERS;
  const steps = Math.min(MOST_WINDOWS - 1, Math.ceil(last / PART_CHARACTERS));
  return Array.from({ length: steps }, (_, index) => text.slice(Math.round((last * (index + 1)) / steps)));
}

/**
 * The windows that are looked at, of parts as their tokens, each window of `room` tokens at most. A part may be several,
 * in scripts with a token for each character: then the first of each part come first, then the last, then the others.
 */
export function windowsOf(parts: readonly (readonly number[])[], room: number): (readonly number[])[] {
  const left = parts.map((ids) => cutInto(ids, room));
  const chosen: (readonly number[])[] = [];
  for (let round = 0; chosen.length < MOST_WINDOWS && left.some((windows) => windows.length > 0); round++) {
    for (const windows of left) {
      const next = round === 1 ? windows.pop() : windows.shift();
      if (next !== undefined) chosen.push(next);
    }
  }
  return chosen.slice(0, MOST_WINDOWS);
}

function cutInto(ids: readonly number[], room: number): (readonly number[])[] {
  const count = Math.max(1, Math.ceil(ids.length / room));
  // The last one is as long as the others, which is to say more of what is before it.
  return Array.from({ length: count }, (_, index) => {
    const from = Math.min(index * room, Math.max(0, ids.length - room));
    return ids.slice(from, from + room);
  });
}
