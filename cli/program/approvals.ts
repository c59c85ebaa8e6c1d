import { type Command, Option } from 'commander';
import { configOption, type Finish, jsonOption, profileOption, serveOption } from './options.ts';

const gatewayOption = () =>
  new Option('--gateway <pid>', 'the gateway with this process number [all of yours that run]');
const logOption = () => new Option('-c, --config <file>', 'where no gateway runs: config that says where the log is');
const reasonOption = () => new Option('--reason <text>', 'why, for the log');

/** What calls a person is asked about, and what they answer. */
export function addApprovals(program: Command, finish: Finish): void {
  const approvals = program.command('approvals').description('what waits for you to agree: see it and answer it');
  approvals
    .command('list')
    .description('list what waits, in all your gateways and from those that ended; ends with 4 when anything does')
    .addOption(gatewayOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport approvals list')
    .action(async (options) => finish(await (await import('../commands/approvals/list.ts')).approvalsList(options)));
  approvals
    .command('show')
    .description('show one call whole')
    .argument('<id>', 'its name, such as K7QF')
    .addOption(gatewayOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport approvals show K7QF')
    .action(async (id, options) =>
      finish(await (await import('../commands/approvals/list.ts')).approvalsShow(id, options)),
    );
  approvals
    .command('approve')
    .description('show one call whole, ask, and let it be made')
    .argument('<id>', 'its name')
    .option('--session', 'also calls like it, until its session ends')
    .option('--for <duration>', 'also calls like it, for so long: 1h')
    .option('--calls <count>', 'so many of the same calls that wait [all that were shown]')
    .option('-y, --yes', 'agree without being asked')
    .addOption(reasonOption())
    .addOption(gatewayOption())
    .addOption(logOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport approvals approve K7QF')
    .action(async (id, options) =>
      finish(await (await import('../commands/approvals/answer.ts')).approvalsApprove(id, options)),
    );
  approvals
    .command('deny')
    .description('refuse one call')
    .argument('<id>', 'its name')
    .addOption(reasonOption())
    .addOption(gatewayOption())
    .addOption(logOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport approvals deny K7QF --reason "wrong repository"')
    .action(async (id, options) =>
      finish(await (await import('../commands/approvals/answer.ts')).approvalsDeny(id, options)),
    );
  approvals
    .command('grant')
    .description('agree to one call before it is made, for a place where nobody can be asked')
    .argument('[start...]', 'how its gateway will be started, after --: wrap … or run …')
    .requiredOption('--tool <tool>', 'backend/tool')
    .option('--args-hash <hex>', 'with the arguments of this digest, as `show` prints it')
    .option('--any-args', 'with any arguments')
    .requiredOption('--ttl <duration>', 'how long it can be used: 10m')
    .requiredOption('--reason <text>', 'why, for the log')
    .addOption(new Option('--gateway <pid>', 'for the gateway with this process number [the one that has the backend]'))
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(serveOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample: sallyport approvals grant --tool github/merge --any-args --ttl 10m --reason "release 4.2"',
    )
    .action(async (start, options) =>
      finish(await (await import('../commands/approvals/grant.ts')).approvalsGrant(start, options)),
    );
  approvals
    .command('history')
    .description('print what was asked, answered and used, from the log')
    .option('--since <time>', 'not older than: 2026-11-21, 2026-11-21T10:00Z or 2h')
    .option('--dir <dir>', 'folder of the log [from the config]')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport approvals history --since 24h')
    .action(async (options) =>
      finish(await (await import('../commands/approvals/history.ts')).approvalsHistory(options)),
    );
}
