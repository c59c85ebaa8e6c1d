import type { Run } from './judging.ts';

/** Names of types in JSON Schema; others are unknown and not judged by. */
export const TYPES = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'] as const;
export type TypeName = (typeof TYPES)[number];

export function isTypeName(name: unknown): name is TypeName {
  return (TYPES as readonly unknown[]).includes(name);
}

export function isOfType(value: unknown, type: TypeName): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

/** The same text for values that JSON Schema calls equal: key order does not count, 1 and 1.0 are one number. */
export function canonical(value: unknown, run: Run): string {
  run.spend(1);
  if (typeof value === 'string') run.spend(value.length >> 6);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((element) => canonical(element, run)).join()}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner, run)}`).join()}}`;
}

/** Length in characters as JSON Schema counts them: code points, not halves of them. */
export function lengthOf(text: string, run: Run): number {
  run.spend(text.length >> 4);
  let length = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      length--;
      i++;
    }
  }
  return length;
}

/** Whether a number is a multiple, as decimal fractions are meant: 0.3 is one of 0.1. */
export function isMultipleOf(value: number, divisor: number): boolean {
  const quotient = value / divisor;
  if (!Number.isFinite(quotient)) return true;
  return Math.abs(quotient - Math.round(quotient)) <= 1e-9 * Math.max(1, Math.abs(quotient));
}
