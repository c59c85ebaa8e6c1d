/** A part of a text that should not be seen by everybody. */
export interface Found {
  /** What it is, in words fit for a placeholder: `github-token`, `email`. */
  readonly kind: string;
  /** Index of its first character, and of the one after its last. */
  readonly start: number;
  readonly end: number;
  /** A form only such a value has, or a value of a name that says so. */
  readonly confidence: 'certain' | 'likely';
}

export const NOTHING_FOUND: readonly Found[] = Object.freeze([]);

/** Spans in the order they stand, those that overlap made one; it is called by the surest of them, else the longest. */
export function merged(found: readonly Found[]): readonly Found[] {
  if (found.length < 2) return found;
  const ordered = [...found].sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Found[] = [];
  for (const one of ordered) {
    const last = kept.at(-1);
    if (last === undefined || one.start >= last.end) kept.push(one);
    else kept[kept.length - 1] = { ...surer(last, one), start: last.start, end: Math.max(last.end, one.end) };
  }
  return kept;
}

function surer(a: Found, b: Found): Found {
  if (a.confidence !== b.confidence) return a.confidence === 'certain' ? a : b;
  return b.end - b.start > a.end - a.start ? b : a;
}
