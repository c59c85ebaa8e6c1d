import type { Command } from 'commander';
import { configOption, type Finish, observeOption, profileOption, traceOption } from './options.ts';

/** The gateway others connect to. */
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
}
