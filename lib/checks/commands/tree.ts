import type { ShellCommand, ShellFacts } from '../../parse/shell/facts.ts';
import { programName } from '../../parse/shell/invocation.ts';

/** A command with everything it runs in turn, as far as it could be read, and what it may turn out to be. */
export function* treeOf(command: ShellCommand): Generator<ShellCommand> {
  yield command;
  for (const { runs } of command.hazards) for (const inner of runs ?? []) yield* treeOf(inner);
  for (const guess of command.guesses) yield* treeOf(guess);
}

const ALL = new WeakMap<ShellFacts, readonly ShellCommand[]>();

/** Every command of a text, those that others run included; found once. */
export function allCommands(facts: ShellFacts): readonly ShellCommand[] {
  let found = ALL.get(facts);
  if (found === undefined) {
    found = [...new Set(facts.commands.flatMap((command) => [...treeOf(command)]))];
    ALL.set(facts, found);
  }
  return found;
}

/** The name of its program; empty when nobody knows it before. */
export function nameOf({ words }: ShellCommand): string {
  const [program] = words;
  return program === undefined || program.dynamic || program.glob ? '' : programName(program.text);
}

/** What program a command runs is known only when it runs. */
export function isUnknown({ words }: ShellCommand): boolean {
  return words[0]!.dynamic || words[0]!.glob;
}

/** It runs a text nobody can read before. */
export function runsUnknown({ hazards }: ShellCommand): boolean {
  return hazards.some(({ unknown }) => unknown === true);
}

/** The words behind the program that are no options. */
export function operandsOf({ words }: ShellCommand): string[] {
  return words
    .slice(1)
    .filter(({ text }) => !/^-./.test(text))
    .map(({ text }) => text);
}

/** Whether one of the options is given: a letter in a group of letters, or a long name. */
export function hasOption({ words }: ShellCommand, letters: string, ...names: readonly string[]): boolean {
  return words.slice(1).some(({ text }) => {
    if (text.startsWith('--')) return names.includes(text.slice(2).split('=', 1)[0]!);
    return text.startsWith('-') && [...text.slice(1)].some((letter) => letters.includes(letter));
  });
}
