/** What a code stands for: `meaning` says what happened, `next` what to do about it. */
export interface CodeEntry {
  readonly meaning: string;
  readonly next: string;
}

export function entry(meaning: string, next: string): CodeEntry {
  return { meaning, next };
}
