import { readFileSync } from 'node:fs';
import { parseAst } from 'rolldown/parseAst';
import { SourceLines } from '../source-lines.ts';
import { changesOf, isWording, type SyntaxNode } from './changes.ts';

/** One change to a compiled file. */
export interface Mutant {
  /** The compiled file, from the root. */
  readonly file: string;
  /** Line of the TypeScript source, from 1. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly was: string;
  readonly now: string;
}

/** Every mutant of a compiled file, in the order of the text. */
export function mutantsOf(file: string): Mutant[] {
  const text = readFileSync(file, 'utf8');
  const lines = new SourceLines(file, text);
  const found: Mutant[] = [];
  const visit = (node: SyntaxNode, parent: SyntaxNode | undefined): void => {
    if (isWording(node)) return;
    for (const { at, now } of changesOf(node, parent, (one) => text.slice(one.start, one.end))) {
      const was = text.slice(at.start, at.end);
      found.push({ file, line: lines.at(at.start), start: at.start, end: at.end, was, now });
    }
    for (const child of childrenOf(node)) visit(child, node);
  };
  visit(parseAst(text) as unknown as SyntaxNode, undefined);
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The same `count` of them for the same seed, in the order they had. */
export function sampled(all: readonly Mutant[], count: number, seed: number): Mutant[] {
  let state = seed;
  const places = all.map((_, at) => at);
  for (let left = places.length - 1; left > 0; left -= 1) {
    // The generator of Numerical Recipes; its high bits are good enough to draw with.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const drawn = Math.floor((state / 2 ** 32) * (left + 1));
    [places[left], places[drawn]] = [places[drawn]!, places[left]!];
  }
  return places
    .slice(0, count)
    .sort((a, b) => a - b)
    .map((at) => all[at]!);
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  return Object.values(node)
    .flat()
    .filter((one): one is SyntaxNode => typeof (one as SyntaxNode | null | undefined)?.type === 'string');
}
