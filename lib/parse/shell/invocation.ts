import type { Hazard, ShellAssignment, ShellCommand, ShellWord } from './facts.ts';

/** How what a command runs is read in its turn. */
export interface Reader {
  /** The commands of a script; `positional` are `$0`, `$1` … in it. */
  script(text: string, positional?: readonly ShellWord[]): readonly ShellCommand[];
  /** The command these words are. */
  command(words: readonly ShellWord[], stdin?: string): ShellCommand;
}

/** A command about to be looked at by what its program does. */
export interface Invocation {
  /** What the program is called, see `programName`. */
  readonly name: string;
  readonly words: readonly ShellWord[];
  /** What it reads on standard input, when that is known. */
  readonly stdin: string | undefined;
  readonly reader: Reader;
}

/** What the tables of programs say about one invocation. */
export interface Handling {
  readonly hazards: readonly Hazard[];
  readonly transparent?: boolean;
  readonly assignments?: readonly ShellAssignment[];
}

export type Program = (invocation: Invocation) => Handling;

export const HARMLESS: Handling = Object.freeze({ hazards: Object.freeze([]) });

/**
 * The name under which a program is known, wherever it lies: the last part of its path, in small letters since
 * there are file systems that do not tell them apart, without what Windows appends.
 */
export function programName(text: string): string {
  return text
    .slice(text.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/\.(exe|cmd|bat|com)$/, '');
}

/** Whether a word could turn out to be an option. */
export function mayBeOption(word: ShellWord): boolean {
  if (word.prefix !== '') return word.prefix.startsWith('-') && (word.dynamic || word.glob || word.text !== '-');
  return word.dynamic || word.glob;
}
