/** A value that is there already or comes later. Most checks answer at once, and then nothing waits. */
export type Later<T> = T | Promise<T>;

/**
 * Goes on with `value` at once when it is there, else when it comes. A rejection reaches `onFailure`, which
 * must not throw; a throw of `step` on the synchronous path is the caller's.
 */
export function next<T>(value: Later<T>, step: (value: T) => void, onFailure: (reason: unknown) => void): void {
  if (isPromise(value)) value.then(step).catch(onFailure);
  else step(value);
}

export function isPromise<T>(value: Later<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as Promise<T>).then === 'function';
}

/** What `next` makes of a value, at once when it is there already. */
export function then<T, U>(value: Later<T>, next: (value: T) => Later<U>): Later<U> {
  return isPromise(value) ? value.then(next) : next(value);
}

/** All values, at once when they are all there already. */
export function all<T>(values: readonly Later<T>[]): Later<readonly T[]> {
  return values.some(isPromise) ? Promise.all(values) : (values as readonly T[]);
}
