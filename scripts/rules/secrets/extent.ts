import type { Expression, Range } from './expression.ts';
import { MANY } from './print-js.ts';

/** More beginnings than this, and an expression is said to have none. */
const MOST_BEGINNINGS = 64;
const MOST_OF_A_SET = 8;

/** How long a text that matches can be, in characters. */
export function longestOf(node: Expression): number {
  switch (node.kind) {
    case 'char':
    case 'set':
    case 'any':
      return 1;
    case 'assert':
      return 0;
    case 'group':
      return longestOf(node.inner);
    case 'seq':
      return node.items.reduce((sum, item) => sum + longestOf(item), 0);
    case 'alt':
      return Math.max(...node.items.map(longestOf));
    case 'repeat':
      return longestOf(node.inner) * (node.most === Infinity ? Math.max(MANY, node.least) : node.most);
  }
}

/**
 * Without the part in front that only takes in what stands before the keyword: any characters of a name, as few as
 * possible. What is captured is the same.
 */
export function withoutLead(node: Expression): Expression {
  if (node.kind === 'group' && !node.captures) return { ...node, inner: withoutLead(node.inner) };
  if (node.kind === 'alt') return { ...node, items: node.items.map(withoutLead) };
  if (node.kind !== 'seq') return node;
  const [first, ...rest] = node.items;
  if (first === undefined) return node;
  if (isLead(first)) return withoutLead({ kind: 'seq', items: rest });
  return { kind: 'seq', items: [withoutLead(first), ...rest] };
}

function isLead(node: Expression): boolean {
  return node.kind === 'repeat' && node.lazy && node.least === 0 && node.inner.kind === 'set';
}

/** Without groups that nobody asks for, so that the one that holds the secret is the only one. */
export function capturingOnly(node: Expression, wanted: number): Expression {
  let seen = 0;
  const numbers = new Map<Expression, number>();
  const number = (one: Expression): void => {
    if (one.kind === 'group' && one.captures) numbers.set(one, ++seen);
    if (one.kind === 'group' || one.kind === 'repeat') number(one.inner);
    if (one.kind === 'seq' || one.kind === 'alt') for (const item of one.items) number(item);
  };
  number(node);
  const strip = (one: Expression): Expression => {
    if (one.kind === 'group') {
      const captures = one.captures && (wanted === 0 || numbers.get(one) === wanted);
      return { ...one, captures, inner: strip(one.inner) };
    }
    if (one.kind === 'repeat') return { ...one, inner: strip(one.inner) };
    if (one.kind === 'seq' || one.kind === 'alt') return { ...one, items: one.items.map(strip) };
    return one;
  };
  return strip(node);
}

/**
 * The texts one of which every match begins with, in lower case, as far as they are fixed; empty when they cannot be
 * told.
 */
export function beginningsOf(node: Expression): string[] {
  return begin(node).map(({ text }) => text);
}

interface Beginning {
  readonly text: string;
  /** What follows is not fixed. */
  readonly ends: boolean;
}

const OPEN: readonly Beginning[] = [{ text: '', ends: false }];
const CLOSED: readonly Beginning[] = [{ text: '', ends: true }];

function begin(node: Expression): readonly Beginning[] {
  switch (node.kind) {
    case 'char':
      return [{ text: node.char.toLowerCase(), ends: false }];
    case 'set': {
      const members = node.negated || node.escapes.length > 0 ? undefined : membersOf(node.ranges);
      return members?.map((text) => ({ text, ends: false })) ?? CLOSED;
    }
    case 'any':
      return CLOSED;
    case 'assert':
      return OPEN;
    case 'group':
      return begin(node.inner);
    case 'alt':
      return node.items.flatMap(begin);
    case 'repeat': {
      if (node.least === 0) return node.most === 1 ? [...OPEN, ...begin(node.inner)] : CLOSED;
      const once = begin(node.inner);
      const items = Array.from({ length: Math.min(node.least, 4) }, () => node.inner);
      const found = joined(items);
      return node.least === node.most && node.least <= 4 ? found : closing(found.length > 0 ? found : once);
    }
    case 'seq':
      return joined(node.items);
  }
}

function joined(items: readonly Expression[]): readonly Beginning[] {
  let found: readonly Beginning[] = OPEN;
  for (const item of items) {
    if (found.every(({ ends }) => ends)) break;
    const next = begin(item);
    const longer = found.flatMap((one) =>
      one.ends ? [one] : next.map(({ text, ends }) => ({ text: one.text + text, ends })),
    );
    if (longer.length > MOST_BEGINNINGS) return closing(found);
    found = longer;
  }
  return found;
}

function closing(found: readonly Beginning[]): readonly Beginning[] {
  return found.map(({ text }) => ({ text, ends: true }));
}

function membersOf(ranges: readonly Range[]): string[] | undefined {
  const size = ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  if (size > MOST_OF_A_SET) return undefined;
  return ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index).toLowerCase()),
  );
}
