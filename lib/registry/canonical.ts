import { hash } from 'node:crypto';
import { JsonFault, type Node, readJson } from './json-text.ts';
import { canonicalNumber } from './numbers.ts';

/**
 * The one form of a JSON value by RFC 8785: no space, keys in the order of their UTF-16 code units, numbers and texts as
 * ECMAScript writes them. Throws for what JSON cannot hold: a lone surrogate, NaN, a function.
 */
export function canonical(value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  refuseUnwritable(value);
  return canonicalText(text);
}

/**
 * The same for a JSON text, but that numbers beyond what a double holds keep their digits: RFC 8785 would give
 * 9007199254740992 and ...993 one form, and a change from one to the other would not be seen. Throws a
 * {@link JsonFault}, also for a key that stands twice.
 */
export function canonicalText(text: string): string {
  return canonicalOf(readJson(text));
}

/** The form of RFC 8785 of a value that was read. */
export function canonicalOf(node: Node): string {
  switch (node.kind) {
    case 'object': {
      const keys = [...node.members.keys()].sort(byCodeUnits);
      return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalOf(node.members.get(key)!.value)}`).join(',')}}`;
    }
    case 'array':
      return `[${node.elements.map(canonicalOf).join(',')}]`;
    case 'string':
      return JSON.stringify(node.value);
    case 'number': {
      const form = canonicalNumber(node.raw);
      if (form === undefined) throw new JsonFault('number', 'a number has an exponent beyond measure', node.at);
      return form;
    }
    default:
      return String(node.value);
  }
}

/** `sha256:` and the hash of a value's form, hexadecimal. */
export function hashOf(value: unknown): string {
  return hashOfCanonical(canonical(value));
}

/** The hash of a text that has the form of RFC 8785. */
export function hashOfCanonical(form: string): string {
  return `sha256:${hash('sha256', form, 'hex')}`;
}

/** The order of keys by RFC 8785, and of everything in a lockfile. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `JSON.stringify` writes these as null, or leaves them out, in silence. */
function refuseUnwritable(value: unknown): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('a number is not finite');
  if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError('not a JSON value');
  if (typeof value !== 'object' || value === null) return;
  for (const inner of Object.values(value)) refuseUnwritable(inner);
}
