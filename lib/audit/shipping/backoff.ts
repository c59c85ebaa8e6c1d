const FIRST_MS = 1000;
const LONGEST_MS = 60_000;
/** A receiver that asks for more patience than this is asked again all the same. */
const MOST_ASKED_MS = 10 * 60_000;

/**
 * How long to wait after the n-th failure in a row, from 1: twice as long each time, and at random between half of that
 * and all of it, so that many gateways do not come back at once. `afterMs` is what the receiver asked for.
 */
export function backoffMs(failures: number, afterMs = 0, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  const own = longest * (0.5 + random() / 2);
  return Math.round(Math.max(own, Math.min(afterMs, MOST_ASKED_MS)));
}
