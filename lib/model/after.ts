/**
 * Calls `then` once, `ms` milliseconds later, unless what it answers is called first. Besides `Clock` the only way to wait,
 * so that tests can set it where waiting is what is tested.
 */
export type After = (ms: number, then: () => void) => () => void;

/** The longest a timer of the system takes; whoever is woken looks again at what it waits for. */
const LONGEST_MS = 2 ** 31 - 1;

/** Keeps no process alive. */
export const systemAfter: After = (ms, then) => {
  const timer = setTimeout(then, Math.min(Math.max(0, ms), LONGEST_MS)).unref();
  return () => clearTimeout(timer);
};
