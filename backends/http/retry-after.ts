/** Nobody is left alone for longer, whatever they ask for. */
const MOST_MS = 24 * 3_600_000;

/** Milliseconds of a `Retry-After` (RFC 9110, 10.2.3), in seconds or as a date; undefined for anything else. */
export function retryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(value.trim()) ? 1000 * Number(value) : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), MOST_MS);
}
