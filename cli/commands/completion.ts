import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { CommandError, EXIT } from '../output/print.ts';

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'];

/** Prints the script for a shell; the script asks the hidden `complete` command for words. */
export function completion(shell: string, program: Command): number {
  if (!SHELLS.includes(shell)) throw new CommandError(`"${shell}": choose ${SHELLS.join(', ')}`);
  completer(program).setup('sallyport', 'sallyport', shell);
  return EXIT.ok;
}

/** Prints the words that can follow `words`. */
export function complete(words: readonly string[], program: Command): number {
  completer(program).parse([...words]);
  return EXIT.ok;
}

/** What the library calls the command it adds for the scripts; ours is `completion`. */
const ADDED = 'completion-script';

/**
 * The library adds commands to the tree it reads, `complete` among them, so it gets one that has none and is used
 * for nothing else.
 */
function completer(program: Command): ReturnType<typeof tab> {
  const words = tab(program, { completionCommandName: ADDED });
  words.commands.delete(ADDED);
  return words;
}
