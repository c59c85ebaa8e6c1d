/** Shorter names are one letter from each other by chance. */
const SHORTEST = 8;
/** Longer names are no names. */
const LONGEST = 64;
/** Names that are compared; a fleet with more is looked through as far as this. */
const MOST_NAMES = 2000;

/**
 * Pairs of long names of which one becomes the other by adding, leaving out or replacing one character, unless that is a
 * digit. Takes time in proportion to the number of names.
 */
export function oneApart(names: readonly string[]): readonly (readonly [string, string])[] {
  const byRest = new Map<string, string>();
  const pairs = new Map<string, readonly [string, string]>();
  const long = [...new Set(names)].filter(({ length }) => length >= SHORTEST && length <= LONGEST).slice(0, MOST_NAMES);
  for (const name of long) {
    for (const rest of [name, ...withoutOne(name)]) {
      const other = byRest.get(rest);
      if (other === undefined) byRest.set(rest, name);
      else if (other !== name && isOneApart(other, name)) pairs.set(`${other} ${name}`, [other, name]);
    }
  }
  return [...pairs.values()];
}

/** The name without each of its characters in turn; with a mark where it was, so that replacing is told from moving. */
function withoutOne(name: string): string[] {
  return Array.from({ length: name.length }, (_, i) => i).flatMap((i) => [
    name.slice(0, i) + name.slice(i + 1),
    `${name.slice(0, i)}\u0000${name.slice(i + 1)}`,
  ]);
}

function isOneApart(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let i = 0;
  while (i < short.length && short[i] === long[i]) i++;
  const differs = `${long[i] ?? ''}${short.length === long.length ? (short[i] ?? '') : ''}`;
  const rest = long.slice(i + 1);
  return !/\d/.test(differs) && rest === short.slice(short.length === long.length ? i + 1 : i);
}
