import { setImmediate } from 'node:timers/promises';

/** Does work that comes in steps, and lets others have their turn between them; the result of the last one. */
export async function inSlices<T>(steps: Generator<void, T, void>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await setImmediate();
  }
}
