/** A value that is there already or comes later. Most checks answer at once, and then nothing waits. */
export type Later<T> = T | Promise<T>;

/**
 * Goes on with `value` at once when it is there, else when it comes. A rejection reaches `onFailure`, which
 * must not throw; a throw of `next` on the synchronous path is the caller's.
 */
export function after<T>(value: Later<T>, next: (value: T) => void, onFailure: (reason: unknown) => void): void {
  if (isPromise(value)) value.then(next).catch(onFailure);
  else next(value);
}

export function isPromise<T>(value: Later<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && typeof (value as Promise<T>).then === 'function';
}
