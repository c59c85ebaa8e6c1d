import { type Expression, nodesOf, type Range } from './expression.ts';

/** What takes the place of "any number": a match is never longer than somebody could mean, so that no text costs more. */
export const MANY = 4096;

export interface Printed {
  readonly source: string;
  /** `i`, or nothing. */
  readonly flags: string;
}

/** The expression for JavaScript, which has no flags for a part: where only parts fold case, both cases are written out. */
export function printJs(node: Expression): Printed {
  const letters = nodesOf(node).filter(hasLetters);
  const all = letters.length > 0 && letters.every((one) => 'folds' in one && one.folds);
  return { source: print(node, all), flags: all ? 'i' : '' };
}

function hasLetters(node: Expression): boolean {
  if (node.kind === 'char') return /[A-Za-z]/.test(node.char);
  return node.kind === 'set' && node.ranges.some((one) => otherCase(one).length > 0);
}

function print(node: Expression, folded: boolean): string {
  switch (node.kind) {
    case 'char':
      return node.folds && !folded && /[A-Za-z]/.test(node.char)
        ? `[${node.char.toLowerCase()}${node.char.toUpperCase()}]`
        : quotedOutside(node.char);
    case 'set':
      return printSet(node, folded);
    case 'any':
      return node.lines ? '[^]' : '[^\\n]';
    case 'assert':
      return node.source;
    case 'group':
      return `(${node.captures ? '' : '?:'}${print(node.inner, folded)})`;
    case 'seq':
      return node.items.map((item) => print(item, folded)).join('');
    case 'alt':
      return node.items.map((item) => print(item, folded)).join('|');
    case 'repeat':
      return `${print(node.inner, folded)}${times(node.least, node.most)}${node.lazy ? '?' : ''}`;
  }
}

function times(least: number, most: number): string {
  if (least === 0 && most === 1) return '?';
  const bound = most === Infinity ? Math.max(MANY, least) : most;
  return least === bound ? `{${least}}` : `{${least},${bound}}`;
}

function printSet(node: Extract<Expression, { kind: 'set' }>, folded: boolean): string {
  const { negated, escapes, ranges } = node;
  if (!negated && ranges.length === 0 && escapes.length === 1) return `\\${escapes[0]}`;
  const both = node.folds && !folded ? [...ranges, ...ranges.flatMap(otherCase)] : ranges;
  const members = [...escapes.map((one) => `\\${one}`), ...[...new Set(both.map(printRange))]];
  return `[${negated ? '^' : ''}${members.join('')}]`;
}

function printRange([from, to]: Range): string {
  return from === to ? quotedInside(from) : `${quotedInside(from)}-${quotedInside(to)}`;
}

/** The letters of a range in the case they are not written in. */
function otherCase([from, to]: Range): Range[] {
  const shifted = (low: number, high: number, by: number): Range[] => {
    const [a, b] = [Math.max(from, low), Math.min(to, high)];
    return a > b ? [] : [[a + by, b + by]];
  };
  return [...shifted(0x41, 0x5a, 0x20), ...shifted(0x61, 0x7a, -0x20)];
}

function quotedOutside(char: string): string {
  if (char < ' ') return coded(char.charCodeAt(0));
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}

function quotedInside(code: number): string {
  const char = String.fromCharCode(code);
  if (code < 0x20) return coded(code);
  return /[\\\]^[-]/.test(char) ? `\\${char}` : char;
}

function coded(code: number): string {
  return (
    ({ 9: '\\t', 10: '\\n', 13: '\\r' } as Record<number, string>)[code] ?? `\\x${code.toString(16).padStart(2, '0')}`
  );
}
