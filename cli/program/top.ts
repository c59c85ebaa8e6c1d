import type { Command } from 'commander';
import type { Finish } from './options.ts';

/** What runs, as a person watches it. */
export function addTop(program: Command, finish: Finish): void {
  program
    .command('top')
    .description('watch all your gateways: calls, decisions, backends, budgets; answer what waits')
    .addHelpText('after', '\nExample: sallyport top')
    .action(async () => finish(await (await import('../commands/top.ts')).top()));
}
