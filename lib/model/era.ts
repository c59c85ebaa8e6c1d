/** The two ways MCP opens a conversation: `initialize` (up to 2025-11-25) or facts in every request (2026-07-28). */
export type Era = 'legacy' | 'modern';

/** What is known of the eras a server speaks; undefined where it was never tried. */
export type KnownEras = Readonly<Partial<Record<Era, boolean>>>;

/** Remembers over restarts which eras servers speak, by the fingerprint of how they are reached. */
export interface EraMemory {
  recall(fingerprint: string): KnownEras;
  note(fingerprint: string, era: Era, speaks: boolean): void;
}

/**
 * The eras to try with a server, in order: what the config says, else the preferred one first, and last the one that
 * is known not to work.
 */
export function erasToTry(configured: Era | 'auto', preferred: Era, known: KnownEras): readonly Era[] {
  if (configured !== 'auto') return [configured];
  const order: readonly Era[] = preferred === 'modern' ? ['modern', 'legacy'] : ['legacy', 'modern'];
  return [...order].sort((a, b) => Number(known[a] === false) - Number(known[b] === false));
}
