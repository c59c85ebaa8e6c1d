import { type Command, Option } from 'commander';
import { configOption, type Finish, jsonOption, profileOption } from './options.ts';

const yesOption = () => new Option('-y, --yes', 'agree without being asked');
const findingsOption = () => new Option('--accept-findings', 'also what inspection would keep out');

/** The commands that look at what servers offer, and remember what was approved. */
export function addRegistry(program: Command, finish: Finish): void {
  program
    .command('inspect')
    .description('say what backends offer, what it does, and what is odd about it')
    .argument('[backend]', 'its name [all]')
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport inspect files')
    .action(async (name, options) => finish(await (await import('../commands/inspect.ts')).inspect(name, options)));

  program
    .command('pin')
    .description('remember what backends offer now, so that every change of it is seen')
    .argument('[backends...]', 'their names [all]')
    .option('--update', 'take what changed and what vanished as it is now, too')
    .addOption(yesOption())
    .addOption(findingsOption())
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport pin --update files')
    .action(async (names, options) => finish(await (await import('../commands/pin.ts')).pin(names, options)));

  program
    .command('diff')
    .description('say what backends offer otherwise than it was pinned')
    .argument('[what]', 'a backend, or backend/tool [all]')
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport diff files/read_file')
    .action(async (what, options) => finish(await (await import('../commands/diff.ts')).diff(what, options)));

  program
    .command('approve')
    .description('approve one item as it is offered now')
    .argument('<what>', 'backend/tool, or the backend alone for its instructions')
    .option('--prompt', 'it is a prompt')
    .option('--resource', 'it is a resource, named by its URI')
    .option('--template', 'it is a template of resources')
    .option('--instructions', 'what the server says of how it is to be used')
    .option('--effect <words>', 'what the tool does: read, write or destructive, then external, untrusted, private')
    .addOption(yesOption())
    .addOption(findingsOption())
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport approve files/read_file --effect read')
    .action(async (what, options) => finish(await (await import('../commands/approve.ts')).approve(what, options)));
}
