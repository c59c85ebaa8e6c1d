import { parseDuration, parseSize } from '../words/units.ts';

/*
 * How two layers agree on a value when only the stricter one may win: each takes the earlier and the later one.
 */

export function least(a: number, b: number): number {
  return Math.min(a, b);
}

export function either(a: boolean, b: boolean): boolean {
  return a || b;
}

/** For what loosens something: a layer that forbids it is not overruled. */
export function both(a: boolean, b: boolean): boolean {
  return a && b;
}

export function intersection(a: readonly string[], b: readonly string[]): string[] {
  return a.filter((entry) => b.includes(entry));
}

/** The shorter of two durations, as it is written. */
export function shorter(a: string, b: string): string {
  return parseDuration(a)! <= parseDuration(b)! ? a : b;
}

/** The smaller of two sizes, as it is written. */
export function smaller(a: string | number, b: string | number): string | number {
  return parseSize(a)! <= parseSize(b)! ? a : b;
}

/** Chooses `strict` when it is one of two values; the later one otherwise. */
export function preferring(strict: string): <T extends string>(earlier: T, later: T) => T {
  return (earlier, later) => (earlier === strict ? earlier : later);
}
