/** Ways to say something: `{name}` stands for any way to say what has that name. */
export type Phrases = Readonly<Record<string, readonly string[]>>;

/** Numbers from 0 up to 1, the same for the same seed. */
export function numbersFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function oneOf<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)]!;
}

/** A text with every `{name}` replaced, again and again; a name nobody knows stays as it is. */
export function said(template: string, phrases: Phrases, random: () => number, depth = 0): string {
  if (depth > 8) return template;
  return template.replace(/\{([a-zA-Z0-9]+)\}/g, (whole, name: string) => {
    const ways = phrases[name];
    return ways === undefined ? whole : said(oneOf(ways, random), phrases, random, depth + 1);
  });
}
