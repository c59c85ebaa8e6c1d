import type { Command } from 'commander';
import { configOption, type Finish, jsonOption, list, profileOption, serveOption } from './options.ts';

/** The commands for people who write policy. */
export function addAuthoring(program: Command, finish: Finish): void {
  program
    .command('explain')
    .description('say what policy decides and why: of a call, of a decision in the log, or of a code')
    .argument('<what>', 'backend/tool, a decision id, or a code such as SP3101')
    .argument('[arguments]', 'those of the call, as JSON')
    .option('--prompt', 'it is a prompt')
    .option('--resource', 'it is a resource: backend/URI')
    .option('--as <client>', 'who calls: the client_id of a key [the user of this machine]')
    .option('--role <role>', 'a role besides those of the key; may be repeated', list)
    .option('--tenant <tenant>', 'the tenant of the client')
    .option('--at <time>', 'when, for rules with a schedule [now]')
    .option('--schema <file>', 'what the server says of the tool: JSON of its schema, or of `tools/list`')
    .option('--live', 'start the backend and read what it says of the tool')
    .option('--check', 'end with 3 unless the call is allowed')
    .option('--dir <dir>', 'folder of the log, for a decision id [from the config]')
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(serveOption())
    .addOption(jsonOption())
    .addHelpText('after', `\nExample: sallyport explain files/write_file '{"path": "/etc/passwd"}' --as docs-generator`)
    .action(async (what, args, options) =>
      finish(await (await import('../commands/explain.ts')).explain(what, args, options)),
    );

  program
    .command('test')
    .description('run tables of calls and the decisions they must meet')
    .argument('[file...]', 'YAML files, or folders of them [sallyport.test.yaml beside the config]')
    .option('--coverage', 'say which rules no case met and which tools no case called')
    .option('--min-coverage <percent>', 'fail when fewer of the rules are met')
    .option('--live', 'start the backends and read what they say of their tools')
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(serveOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport test --coverage')
    .action(async (files, options) => finish(await (await import('../commands/test.ts')).test(files, options)));

  program
    .command('simulate')
    .description('put the calls of a log to another policy and say which decisions change')
    .option('--log <file>', 'segments of a log, or a folder of them; may be repeated [from the config]', list)
    .option('--since <time>', 'only calls not older than: 2026-11-21, 2026-11-21T10:00Z or 2h')
    .option('--policy <file>', 'the config to judge by [that in force]')
    .option('--fail-on-change', 'end with 3 when a decision changes')
    .option('--live', 'start the backends and read what they say of their tools')
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(serveOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport simulate --policy stricter.yaml --fail-on-change')
    .action(async (options) => finish(await (await import('../commands/simulate.ts')).simulate(options)));

  program
    .command('recommend')
    .description('draft the narrowest config that allows what a log shows')
    .option('--log <file>', 'segments of a log, or a folder of them; may be repeated [from the config]', list)
    .option('--since <time>', 'only calls not older than: 2026-11-21, 2026-11-21T10:00Z or 2h')
    .option('--live', 'start the backends and read what they say of their tools')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport recommend --log ~/.local/state/sallyport/audit > narrow.yaml')
    .action(async (options) => finish(await (await import('../commands/recommend.ts')).recommend(options)));
}
