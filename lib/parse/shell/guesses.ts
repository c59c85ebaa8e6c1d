import type { Piece, ShellWord } from './facts.ts';
import { literalWord } from './words.ts';

const MOST_GUESSES = 8;
const MOST_TEXT = 16_384;

/** Variables that have a value without the script giving them one. */
const GIVEN: Readonly<Record<string, string>> = { IFS: ' ', HOME: '~', PWD: '.', OLDPWD: '..', TMPDIR: '/tmp', USER: 'user', SHELL: 'sh', BASH: 'bash' };

/**
 * What a command with variables may turn out to be: each variable as one of the values the script gives it, or
 * empty when it gives none. Only for finding what is dangerous; undefined values stay as they are.
 */
export function guessWords(words: readonly ShellWord[], variables: ReadonlyMap<string, readonly string[]>): ShellWord[][] {
  const names = [...new Set(words.flatMap(({ pieces }) => pieces.flatMap((piece) => (piece.kind === 'variable' ? [piece.name] : []))))];
  let combinations: ReadonlyMap<string, string>[] = [new Map()];
  for (const name of names) {
    const values = variables.get(name) ?? [GIVEN[name] ?? ''];
    if (values.length === 0) continue;
    combinations = combinations.flatMap((known) => values.map((value) => new Map([...known, [name, value]])));
    if (combinations.length > MOST_GUESSES) combinations.length = MOST_GUESSES;
  }
  return combinations.map((known) => words.flatMap((word) => guessWord(word, known)));
}

function guessWord(word: ShellWord, known: ReadonlyMap<string, string>): readonly ShellWord[] {
  if (!word.dynamic) return [word];
  let fields: { text: string; glob: boolean }[] = [{ text: '', glob: false }];
  for (const piece of word.pieces) {
    const texts = textsOf(piece, known);
    if (texts === undefined) return [word];
    const grown = grow(fields, piece, texts);
    if (grown === undefined) return [word];
    fields = grown;
  }
  const kept = fields.filter(({ text }, at) => text !== '' || (at === 0 && !word.splits));
  return kept.map(({ text, glob }) => ({ ...literalWord(text), glob, splits: glob }));
}

function textsOf(piece: Piece, known: ReadonlyMap<string, string>): readonly string[] | undefined {
  if (piece.kind === 'text') return [piece.text];
  if (piece.kind === 'choices') return piece.choices;
  if (piece.kind === 'unknown') return undefined;
  const value = known.get(piece.name);
  return value === undefined || value === '' ? (piece.fallback === undefined ? value === undefined ? undefined : [''] : [piece.fallback]) : [value];
}

type Field = { text: string; glob: boolean };

/** Appends a piece to the words so far; unquoted values are split at blanks, alternatives give a word each. */
function grow(fields: Field[], piece: Piece, texts: readonly string[]): Field[] | undefined {
  const glob = piece.kind === 'text' && piece.glob === true;
  if (piece.kind === 'choices' && texts.length > 1) {
    const grown = fields.flatMap(({ text, glob: had }) => texts.map((more) => ({ text: text + more, glob: had })));
    return grown.length > 64 ? undefined : grown;
  }
  const [text = ''] = texts;
  if (piece.kind === 'text' || piece.quoted) return fields.map((field) => ({ text: field.text + text, glob: field.glob || glob }));
  if (text.length > MOST_TEXT) return undefined;
  const [first = '', ...rest] = text.split(/[ \t\n]+/);
  const last = fields.at(-1)!;
  return [...fields.slice(0, -1), { text: last.text + first, glob: last.glob }, ...rest.map((more) => ({ text: more, glob: false }))];
}
