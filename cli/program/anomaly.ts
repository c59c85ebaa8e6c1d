import type { Command } from 'commander';
import { configOption, type Finish, jsonOption } from './options.ts';

/** What was learned of callers. */
export function addAnomaly(program: Command, finish: Finish): void {
  const anomaly = program.command('anomaly').description('what is usual of callers, as far as it was learned');
  anomaly
    .command('status')
    .description('say what was learned of whom, how much, and since when')
    .option('--principal <name>', 'only of this caller')
    .option('--tool <backend/tool>', 'only of this tool')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport anomaly status --tool files/write_file')
    .action(async (options) => finish(await (await import('../commands/anomaly.ts')).anomalyStatus(options)));
  anomaly
    .command('forget')
    .description('forget what was learned, in all gateways of this user; it is learned anew')
    .option('--principal <name>', 'only of this caller')
    .option('--tool <backend/tool>', 'only of this tool')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport anomaly forget --tool files/write_file')
    .action(async (options) => finish((await import('../commands/anomaly.ts')).anomalyForget(options)));
}
