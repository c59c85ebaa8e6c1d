import { type Command, Option } from 'commander';
import { configOption, type Finish, jsonOption, profileOption } from './options.ts';

/** The commands that look for what is wrong: with servers, and with the config that is to hold them. */
export function addInspection(program: Command, finish: Finish): void {
  program
    .command('scan')
    .description('start servers once, with your consent, and say what is wrong with what they offer')
    .argument(
      '[what...]',
      'a client (claude-code, claude-desktop, cursor, vscode, windsurf, zed, cline, gemini-cli, junie), or a command after --',
    )
    .option('-c, --config <file>', 'scan the backends of this config')
    .option('-y, --yes', 'start servers without asking')
    .option('--no-start', 'start nothing: look only at how servers are launched')
    .addOption(
      new Option('--sandbox [mode]', 'run them in a sandbox [auto; backends of a config as they say]')
        .choices(['required', 'auto', 'off'])
        .preset('required'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'end with 3 when a finding is as grave as this')
        .choices(['low', 'medium', 'high', 'critical'])
        .default('high'),
    )
    .option('--sarif', 'print SARIF 2.1.0')
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport scan -- npx -y @modelcontextprotocol/server-filesystem@2026.8.31 .')
    .action(async (what: string[], options) => finish(await (await import('../commands/scan.ts')).scan(what, options)));

  program
    .command('attack')
    .description('put attacks and harmless calls to the config in force and say what gets through; starts nothing')
    .option('--category <name>', 'only this one; may be repeated', (one: string, all: string[] = []) => [...all, one])
    .option('--fail-under <percent>', 'end with 3 when fewer of the attacks are contained')
    .option('--serve', 'read the config as `serve` does')
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample: sallyport attack --fail-under 90')
    .action(async (options) => finish(await (await import('../commands/attack.ts')).attack(options)));
}
