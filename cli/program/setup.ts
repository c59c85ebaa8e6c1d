import type { Command } from 'commander';
import { configOption, type Finish, jsonOption, profileOption, serveOption } from './options.ts';

/** The commands that write, check and show a config, and try it. */
export function addSetup(program: Command, finish: Finish): void {
  program
    .command('init')
    .description('write a starter config')
    .option('-o, --output <file>', 'where to [the user config]')
    .option('-y, --yes', 'overwrite an existing file')
    .addHelpText('after', '\nExample: sallyport init --output sallyport.yaml')
    .action(async (options) => finish((await import('../commands/init.ts')).init(options)));

  program
    .command('validate')
    .description('check the config and say everything that is wrong with it')
    .argument('[file]', 'config file [as for run]')
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(serveOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport validate sallyport.yaml')
    .action(async (file, options) => finish(await (await import('../commands/validate.ts')).validate(file, options)));

  const configCommand = program.command('config').description('look at the config in force');
  configCommand
    .command('show')
    .description('print every setting with its value')
    .option('--resolved', 'with defaults and the managed layer')
    .option('--origin', 'with where each value comes from')
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(serveOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport config show --resolved --origin')
    .action(async (options) => finish(await (await import('../commands/config-show.ts')).configShow(options)));

  program
    .command('trust')
    .description('believe the config of a project as it is now; until then it can only tighten')
    .argument('[file]', 'the config [the one found here or above]')
    .option('--show', 'only say what it sets and whether it is trusted')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport trust')
    .action(async (file, options) => finish((await import('../commands/trust.ts')).trust(file, options)));

  program
    .command('untrust')
    .description('believe the config of a project no longer')
    .argument('[file]', 'the config [the one found here or above]')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport untrust')
    .action(async (file, options) => finish((await import('../commands/trust.ts')).untrust(file, options)));

  program
    .command('schema')
    .description('print the JSON Schema of the config, for editors')
    .addHelpText('after', '\nExample: sallyport schema > sallyport.schema.json')
    .action(async () => finish((await import('../commands/schema.ts')).schema()));

  program
    .command('shell')
    .description('look around where a backend runs: its files, its network, its environment')
    .argument('<backend>', 'its name')
    .argument('[command...]', 'what to run there, after -- [your shell]')
    .addOption(configOption())
    .addOption(profileOption())
    .addHelpText('after', '\nExample: sallyport shell files -- ls -la')
    .action(async (name, command, options) =>
      finish(await (await import('../commands/shell.ts')).shell(name, command, options)),
    );

  program
    .command('doctor')
    .description('start every backend once and say what works and what does not')
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport doctor --config sallyport.yaml')
    .action(async (options) => finish(await (await import('../commands/doctor.ts')).doctor(options)));
}
