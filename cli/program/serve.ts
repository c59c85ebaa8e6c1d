import type { Command } from 'commander';
import { configOption, type Finish, jsonOption, observeOption, profileOption, traceOption } from './options.ts';

/** The gateway others connect to, and the keys they do it with. */
export function addServe(program: Command, finish: Finish): void {
  program
    .command('serve')
    .description('serve all configured backends over Streamable HTTP')
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(observeOption())
    .addOption(traceOption())
    .addHelpText('after', '\nExample: sallyport serve --config sallyport.yaml')
    .action(async (options) => finish(await (await import('../commands/serve.ts')).serve(options)));

  const token = program.command('token').description('keys for the clients of `serve`');
  token
    .command('hash')
    .description('print the hash of a key read from standard input; without input, make a key')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport token hash < key.txt')
    .action(async (options) => finish(await (await import('../commands/token-hash.ts')).tokenHash(options)));
}
