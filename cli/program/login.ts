import type { Command } from 'commander';
import { configOption, type Finish, jsonOption } from './options.ts';

/** What a user agrees to, and takes back. */
export function addLogin(program: Command, finish: Finish): void {
  program
    .command('login')
    .description('agree, in a browser, that the gateway uses a backend for you')
    .argument('<backend>', 'its name')
    .option('--no-browser', 'print the page to open, and open nothing')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport login wiki')
    .action(async (name, options) => finish(await (await import('../commands/login.ts')).login(name, options)));

  program
    .command('logout')
    .description('forget the tokens of a backend, and have them taken back')
    .argument('<backend>', 'its name')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport logout wiki')
    .action(async (name, options) => finish(await (await import('../commands/login.ts')).logout(name, options)));
}
