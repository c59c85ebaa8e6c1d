import { folded } from '../../lib/inspect/symbols.ts';
import { type RegexNode, regexTree } from './regex-tree.ts';

/** Shortest literal, in characters; in scripts that put a word into one or two signs, two are as rare. */
const SHORTEST = 4;
const SHORTEST_WIDE = 2;
const MOST_LITERALS = 256;
const MOST_SHOWN = 80;
const LONGEST = 12;
/** Words so common that a pattern had better be called by another one. */
const COMMON = new Set(
  'the this that your you and with from have will all any are not for must should before after first when user file data text tool call message output input using use system read open load copy show list name code function content other order orders change used model reference update void follow note response email access include filter query post command paragraph without present available document documents context request result results start mode original current existing policy print write text'
    .split(' ')
    .map(folded),
);

/** What is known of a part of a pattern. */
interface Known {
  /** Every text it can match, folded; undefined when they are too many. */
  readonly exact: readonly string[] | undefined;
  /** Sets of texts; every match holds at least one of each set. */
  readonly held: readonly (readonly string[])[];
}

/**
 * One or two sets of literals, folded as the automaton reads texts; every match of `source` holds at least one of each. Sound
 * by construction: a part that may be missing never counts, a choice counts with all its branches. Throws when there are none.
 */
export function requiredLiterals(source: string): readonly (readonly string[])[] {
  const [best, ...others] = byRarity(setsOf(known(regexTree(source)))).map(shortestOnly);
  if (best === undefined || !areLong(best)) {
    throw new Error(`no literal is in every match of ${source.slice(0, MOST_SHOWN)}`);
  }
  const second = others.find((texts) => areLong(texts) && !isSame(texts, best));
  return second === undefined ? [best] : [best, second];
}

function known(node: RegexNode): Known {
  switch (node.kind) {
    case 'empty':
      return { exact: [''], held: [] };
    case 'char':
      return { exact: [folded(node.text)], held: [] };
    case 'class':
      return { exact: node.chars && distinct(node.chars.map(folded)), held: [] };
    case 'repeat':
      return repeated(known(node.node), node.least, node.most);
    case 'choice':
      return chosen(node.nodes.map(known));
    case 'sequence':
      return inSequence(node.nodes.map(known));
  }
}

function repeated(inner: Known, least: number, most: number): Known {
  const isSpace = inner.exact?.length === 1 && inner.exact[0] === ' ';
  // A run of what stands between words is read as one space, however long it is.
  if (isSpace) return { exact: least === 0 ? ['', ' '] : [' '], held: [] };
  if (least === 0) return { exact: most === 1 ? inner.exact && limited(['', ...inner.exact]) : undefined, held: [] };
  if (least === 1 && most === 1) return inner;
  if (least === most && inner.exact !== undefined && least <= 4)
    return inSequence(Array.from({ length: least }, () => inner));
  return { exact: undefined, held: setsOf(inner) };
}

function chosen(branches: readonly Known[]): Known {
  const isExact = branches.every((branch) => branch.exact !== undefined);
  const exact = isExact ? limited(branches.flatMap((branch) => branch.exact!)) : undefined;
  const each = branches.map((branch) => byRarity(setsOf(branch)));
  const held: string[][] = [];
  // A match goes through one branch: the first sets of all together are a set, and so are the second ones.
  for (let at = 0; each.every((sets) => sets[at] !== undefined); at++) held.push(each.flatMap((sets) => sets[at]!));
  return { exact, held };
}

function inSequence(parts: readonly Known[]): Known {
  let run: readonly string[] = [''];
  let whole = true;
  const held: (readonly string[])[] = [];
  for (const part of parts) {
    held.push(...part.held);
    const longer = part.exact && limited(products(run, part.exact));
    if (longer !== undefined) {
      run = longer;
      continue;
    }
    whole = false;
    held.push(run);
    run = part.exact ?? [''];
  }
  return whole ? { exact: run, held } : { exact: undefined, held: [...held, run] };
}

/** What is exact is held as well. */
function setsOf({ exact, held }: Known): readonly (readonly string[])[] {
  return exact === undefined ? held : [exact, ...held];
}

/** The rarest first, without those that say nothing. */
function byRarity(sets: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return sets
    .filter((texts) => !texts.includes(''))
    .map((texts) => ({ texts, rarity: rarity(texts) }))
    .sort((one, other) => Number(areLong(other.texts)) - Number(areLong(one.texts)) || other.rarity - one.rarity)
    .map(({ texts }) => texts);
}

function products(heads: readonly string[], tails: readonly string[]): string[] {
  return heads.flatMap((head) =>
    tails.map((tail) => (head.endsWith(' ') && tail.startsWith(' ') ? head + tail.slice(1) : head + tail)),
  );
}

function limited(texts: readonly string[]): readonly string[] | undefined {
  const some = distinct(texts);
  return some.length > MOST_LITERALS ? undefined : some;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** As rare as the most common of the set; a large set is called more often. */
function rarity(texts: readonly string[]): number {
  return Math.min(...texts.map(rarityOf)) - Math.log2(texts.length) / 4;
}

function rarityOf(text: string): number {
  if (!isLongEnough(text)) return 0;
  const words = text.split(' ').filter((word) => word !== '');
  const letters = words.reduce((sum, word) => sum + (COMMON.has(word) ? 1 : Math.min(word.length, 8)), 0);
  const wide = [...text].filter((c) => c > '\x7f').length;
  return Math.min(16, letters + wide * 2 + words.length - 1);
}

function areLong(texts: readonly string[]): boolean {
  return texts.every((text) => isLongEnough(text));
}

function isLongEnough(text: string): boolean {
  const bare = text.trim();
  return bare.length >= (/[^\0-\x7f]/.test(bare) ? SHORTEST_WIDE : SHORTEST);
}

/** Whether two sets are of one part of the pattern: who holds one of the one holds one of the other anyway. */
function isSame(one: readonly string[], other: readonly string[]): boolean {
  const implies = (some: readonly string[], rest: readonly string[]) =>
    some.every((text) => rest.some((part) => text.includes(part)));
  return implies(one, other) || implies(other, one);
}

/** Cut to what is rare enough, without those that hold another one anyway. */
function shortestOnly(texts: readonly string[]): readonly string[] {
  const cut = distinct(texts.map((text) => (text.length > LONGEST ? text.slice(0, LONGEST) : text)));
  return cut.filter((text) => !cut.some((other) => other !== text && text.includes(other)));
}
