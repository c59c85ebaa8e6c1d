import type { Command } from 'commander';
import { configOption, type Finish, jsonOption } from './options.ts';

/** The commands that read the log. */
export function addAudit(program: Command, finish: Finish): void {
  const audit = program.command('audit').description('read and verify the tamper-evident log');
  audit
    .command('verify')
    .description('check the hash chain of log files')
    .argument('<file...>', 'segments, or a folder of them')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport audit verify ~/.local/state/sallyport/audit')
    .action(async (files, options) =>
      finish(await (await import('../commands/audit-verify.ts')).auditVerify(files, options)),
    );
  audit
    .command('tail')
    .description('print the newest records')
    .option('-f, --follow', 'go on as records are written')
    .option('-n, --lines <count>', 'how many to begin with', '20')
    .option('--dir <dir>', 'folder of the log [from the config]')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport audit tail -f')
    .action(async (options) => finish(await (await import('../commands/audit-read.ts')).auditTail(options)));
  audit
    .command('query')
    .description('print the records that match')
    .argument('[file...]', 'segments [all in the folder of the log]')
    .option('--since <time>', 'not older than: 2026-11-21, 2026-11-21T10:00Z or 2h')
    .option('--until <time>', 'not younger than')
    .option('--resource <glob>', 'backend/tool, prompt or URI')
    .option('--backend <name>', 'of one backend')
    .option('--decision <decision>', 'allow, deny or require_approval')
    .option('--code <code>', 'for example SP3002')
    .option('--kind <kind>', 'call, done, refused or event')
    .option('--id <id>', 'one decision, with its outcome')
    .option('--limit <count>', 'at most this many')
    .option('--dir <dir>', 'folder of the log [from the config]')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport audit query --decision deny --since 24h')
    .action(async (files, options) =>
      finish(await (await import('../commands/audit-read.ts')).auditQuery(files, options)),
    );
}
