import { type Command, Option } from 'commander';
import { EXPORT_FORMATS } from '../../lib/model/shipping.ts';
import { configOption, type Finish, jsonOption, list } from './options.ts';

/** The commands that read the log. */
export function addAudit(program: Command, finish: Finish): void {
  const audit = program.command('audit').description('read and verify the tamper-evident log');
  audit
    .command('verify')
    .description('check the hash chain of log files, and the checkpoints over it')
    .argument('[file...]', 'segments, or a folder of them [the folder of the log]')
    .option('--key <key>', 'whose checkpoints are believed: a file, or what `audit key` prints [your own]', list)
    .option('--against <file>', 'compare with checkpoints kept elsewhere, a file or a folder', list)
    .addOption(configOption())
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
  filtered(audit.command('query').description('print the records that match, or count them'))
    .option('--group-by <members>', 'count them instead: principal,resource,decision and others')
    .option('--limit <count>', 'at most this many')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport audit query --group-by principal,resource,decision --since 30d')
    .action(async (files, options) =>
      finish(await (await import('../commands/audit-query.ts')).auditQuery(files, options)),
    );
  filtered(audit.command('export').description('write the records that match in a format of others'))
    .addOption(
      new Option('--format <format>', 'how records are written').choices([...EXPORT_FORMATS]).default('native'),
    )
    .option('-o, --output <file>', 'a file, made whole or not at all [standard output]')
    .addOption(configOption())
    .addHelpText('after', '\nExample: sallyport audit export --format ocsf --since 24h -o yesterday.jsonl')
    .action(async (files, options) =>
      finish(await (await import('../commands/audit-export.ts')).auditExport(files, options)),
    );
  audit
    .command('prove')
    .description('write a proof that a record is in the log, to be checked without the log')
    .argument('<record>', 'id of a decision, or the number of a record with --log')
    .option('--log <file>', 'a segment of the log, or a folder [all in the folder of the log]')
    .option('--outcome', 'of the outcome of the decision')
    .option('-o, --output <file>', 'where the proof goes [standard output]')
    .option('--key <key>', 'whose checkpoints are believed: a file, or what `audit key` prints [your own]', list)
    .option('--dir <dir>', 'folder of the log [from the config]')
    .addOption(configOption())
    .addHelpText('after', '\nExample: sallyport audit prove 01M7YB1E6NH8PK000004 -o record.tlog-proof')
    .action(async (record, options) =>
      finish(await (await import('../commands/audit-prove.ts')).auditProve(record, options)),
    );
  audit
    .command('check-proof')
    .description('check such a proof, and print its record')
    .argument('<file>', 'what `audit prove` wrote')
    .option('--key <key>', 'whose checkpoints are believed: a file, or what `audit key` prints [your own]', list)
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport audit check-proof record.tlog-proof --key audit.pub')
    .action(async (file, options) =>
      finish(await (await import('../commands/audit-prove.ts')).auditCheckProof(file, options)),
    );
  audit
    .command('key')
    .description('print the public half of the key that signs the log')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport audit key > audit.pub')
    .action(async (options) => finish(await (await import('../commands/audit-key.ts')).auditKey(options)));
}

/** What records are found by. */
function filtered(command: Command): Command {
  return command
    .argument('[file...]', 'segments [all in the folder of the log]')
    .option('--since <time>', 'not older than: 2026-11-21, 2026-11-21T10:00Z or 2h')
    .option('--until <time>', 'not younger than')
    .option('--principal <glob>', 'who asked')
    .option('--client <glob>', 'by the name a client gives itself, or that of its key')
    .option('--tenant <name>', 'of one tenant')
    .option('--session <id>', 'of one session')
    .option('--resource <glob>', 'backend/tool, prompt or URI')
    .option('--tool <glob>', 'backend/tool')
    .option('--backend <name>', 'of one backend')
    .option('--decision <decision>', 'allow, deny or require_approval')
    .option('--code <code>', 'for example SP3002')
    .option('--kind <kind>', 'call, done, refused or event')
    .option('--id <id>', 'one decision, with its outcome')
    .option('--trace <id>', 'requests of one trace, with their outcomes: 32 hex digits')
    .option('--dir <dir>', 'folder of the log [from the config]');
}
