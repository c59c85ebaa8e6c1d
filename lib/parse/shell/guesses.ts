import type { Piece, ShellWord } from './facts.ts';
import { literalWord } from './words.ts';

const MOST_GUESSES = 8;
const MOST_TEXT = 16_384;
const MOST_WORDS = 64;

/** Variables that have a value without the script giving them one. */
const GIVEN: Readonly<Record<string, string>> = {
  IFS: ' ',
  HOME: '~',
  PWD: '.',
  OLDPWD: '..',
  TMPDIR: '/tmp',
  USER: 'user',
  SHELL: 'sh',
  BASH: 'bash',
};

/**
 * What a command with variables may turn out to be: each variable as one of the values the script gives it, or
 * empty when it gives none. Only for finding what is dangerous; undefined values stay as they are.
 */
export function guessWords(
  words: readonly ShellWord[],
  variables: ReadonlyMap<string, readonly string[]>,
): ShellWord[][] {
  const names = [
    ...new Set(
      words.flatMap(({ pieces }) => pieces.flatMap((piece) => (piece.kind === 'variable' ? [piece.name] : []))),
    ),
  ];
  let combinations: ReadonlyMap<string, string>[] = [new Map()];
  for (const name of names) {
    const values = variables.get(name) ?? [GIVEN[name] ?? ''];
    if (values.length === 0) continue;
    combinations = combinations.flatMap((known) => values.map((value) => new Map([...known, [name, value]])));
    if (combinations.length > MOST_GUESSES) combinations.length = MOST_GUESSES;
  }
  return combinations.map((known) => words.flatMap((word) => guessWord(word, known)));
}

/** Braces come first and make several words of one; each is then filled in and split at blanks. */
function guessWord(word: ShellWord, known: ReadonlyMap<string, string>): readonly ShellWord[] {
  if (!word.dynamic) return [word];
  const spread = spreadChoices(word.pieces);
  const fields = spread?.flatMap((pieces) => fieldsOf(pieces, known) ?? []);
  if (fields === undefined || fields.length === 0) return [word];
  const kept = fields.filter(({ text }) => text !== '' || !word.splits);
  return kept.map(({ text, glob }) => ({ ...literalWord(text), glob, splits: glob }));
}

/** One list of pieces for each way through the alternatives. */
function spreadChoices(pieces: readonly Piece[]): readonly (readonly Piece[])[] | undefined {
  let ways: Piece[][] = [[]];
  for (const piece of pieces) {
    if (piece.kind !== 'choices' || piece.choices.length < 2) for (const way of ways) way.push(piece);
    else ways = ways.flatMap((way) => piece.choices.map((text): Piece[] => [...way, { kind: 'text', text }]));
    if (ways.length > MOST_WORDS) return undefined;
  }
  return ways;
}

interface Field {
  text: string;
  glob: boolean;
}

function fieldsOf(pieces: readonly Piece[], known: ReadonlyMap<string, string>): Field[] | undefined {
  const fields: Field[] = [{ text: '', glob: false }];
  for (const piece of pieces) {
    const text = textOf(piece, known);
    if (text === undefined || text.length > MOST_TEXT) return undefined;
    const last = fields.at(-1)!;
    if (piece.kind === 'text' || (piece.kind !== 'unknown' && piece.quoted)) {
      last.text += text;
      last.glob ||= piece.kind === 'text' && piece.glob === true;
      continue;
    }
    const [first = '', ...rest] = text.split(/[ \t\n]+/);
    last.text += first;
    for (const more of rest) fields.push({ text: more, glob: false });
  }
  return fields;
}

function textOf(piece: Piece, known: ReadonlyMap<string, string>): string | undefined {
  if (piece.kind === 'text') return piece.text;
  if (piece.kind === 'choices') return piece.choices[0];
  if (piece.kind === 'unknown') return undefined;
  const value = known.get(piece.name);
  return value === '' ? (piece.fallback ?? value) : value;
}
