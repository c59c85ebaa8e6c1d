import { Command, CommanderError } from 'commander';
import type { ComposeOptions } from '../compose.ts';
import { CommandError } from '../output/print.ts';
import { addServing } from './serving.ts';

/** What a command line such as `wrap --name files -- npx …` or `run -c file` has a gateway read. */
export function gatewayLine(words: readonly string[]): ComposeOptions {
  let read: ComposeOptions | undefined;
  const quiet = { writeOut: () => {}, writeErr: () => {} };
  const program = new Command().exitOverride().configureOutput(quiet).enablePositionalOptions();
  addServing(
    program,
    () => {},
    (options) => {
      read = options;
      return Promise.resolve(0);
    },
  );
  try {
    program.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new CommandError(`the command line of the gateway: ${error.message.replace(/^error: /, '')}`);
  }
  if (read === undefined) throw new CommandError('write how the gateway is started: `-- wrap …` or `-- run …`');
  return read;
}
