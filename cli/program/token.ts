import type { Command } from 'commander';
import { configOption, type Finish, jsonOption, list } from './options.ts';

/** Keys and tokens: those clients of the gateway have, and those it makes itself. */
export function addToken(program: Command, finish: Finish): void {
  const token = program.command('token').description('keys and tokens: make, judge and take back');
  token
    .command('hash')
    .description('print the salted hash of a key read from standard input; without input, make a key')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport token hash < key.txt')
    .action(async (options) => finish(await (await import('../commands/token-hash.ts')).tokenHash(options)));

  token
    .command('issue')
    .description('make a token, signed by the key of this gateway or by a secret')
    .addOption(configOption())
    .requiredOption('--subject <name>', 'whom it is for')
    .option('--client <id>', 'the program that will use it [the subject]')
    .option('--role <name>', 'a role, again for more', list)
    .option('--tenant <name>', 'the tenant')
    .option('--scope <scope>', 'a scope, again for more', list)
    .option('--audience <uri>', 'whom it is shown to [this gateway]')
    .option('--ttl <duration>', 'how long it counts, at most 30d', '1h')
    .option('--secret-env <variable>', 'sign with the secret in this variable (HS256)')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport token issue --subject alice --role reader --ttl 15m')
    .action(async (options) => finish(await (await import('../commands/token-issue.ts')).tokenIssue(options)));

  token
    .command('verify')
    .description('say whom the token or key on standard input stands for, or why for nobody')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport token verify < token.txt')
    .action(async (options) => finish(await (await import('../commands/token-verify.ts')).tokenVerify(options)));

  token
    .command('revoke')
    .description('take back the token or key on standard input, one token by its id, or all of a client')
    .addOption(configOption())
    .option('--jti <id>', 'the id of a token, with `--issuer`')
    .option('--issuer <issuer>', 'who issued it')
    .option('--client <id>', 'everything this client has; with `--issuer`, of that issuer alone')
    .option('--reason <text>', 'why, for whoever reads the file')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport token revoke --reason "laptop lost" < token.txt')
    .action(async (options) => finish(await (await import('../commands/token-revoke.ts')).tokenRevoke(options)));

  token
    .command('jwks')
    .description('print the keys by which others verify tokens of this gateway')
    .addOption(configOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport token jwks > jwks.json')
    .action(async (options) => finish(await (await import('../commands/token-jwks.ts')).tokenJwks(options)));

  token
    .command('rotate')
    .description('sign with a new key from now on; the old one stays in the key set')
    .addOption(configOption())
    .option('--keep <count>', 'how many old keys stay', '1')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport token rotate && sallyport token jwks > jwks.json')
    .action(async (options) => finish(await (await import('../commands/token-jwks.ts')).tokenRotate(options)));
}
