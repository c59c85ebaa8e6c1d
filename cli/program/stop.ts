import type { Command } from 'commander';
import { type Finish, jsonOption } from './options.ts';

/** The emergency brake. */
export function addStop(program: Command, finish: Finish): void {
  program
    .command('stop')
    .description('deny every call, or those of one backend, in all gateways of this user')
    .option('--backend <name>', 'only this backend')
    .option('--reason <text>', 'why, for the log and for `stop --list`')
    .option('--list', 'print what is stopped, and stop nothing')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport stop --backend github --reason "leaked token"')
    .action(async (options) => finish((await import('../commands/stop.ts')).stop(options)));

  program
    .command('resume')
    .description('lift the stop of everything, or of one backend')
    .option('--backend <name>', 'of this backend')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport resume --backend github')
    .action(async (options) => finish((await import('../commands/stop.ts')).resume(options)));
}
