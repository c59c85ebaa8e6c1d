import { type Command, Option } from 'commander';
import { running } from '../commands/run.ts';
import { NOTHING_TO_WRAP, wrapping } from '../commands/wrap.ts';
import { type StdioOptions, serveStdio } from '../stdio-session.ts';
import { clientOption, configOption, type Finish, list, observeOption, profileOption, traceOption } from './options.ts';

/** What the parser says where there is no server command, in words that do not tell how one is written. */
const NO_COMMAND = "error: missing required argument 'command'";

/**
 * The commands an MCP client starts, which `serve` what they are given. They are bundled with the program, so that nothing is
 * loaded for them.
 */
export function addServing(
  program: Command,
  finish: Finish,
  serve: (options: StdioOptions) => Promise<number> = serveStdio,
): void {
  program
    .command('wrap')
    .description('guard one server in place: same names, no config needed')
    .argument('<command...>', 'the server command, after --')
    .option('--name <name>', "its name in policy and log [the package's base name]")
    .option('--allow <glob>', 'only these tools exist; may be repeated', list)
    .option('--deny <glob>', 'these tools do not exist; may be repeated', list)
    .option('--pass-env <name>', 'variables the server inherits, besides the base list; may be repeated', list)
    .option('--cwd <dir>', 'its working folder')
    .addOption(
      new Option('--sandbox [mode]', 'run it in a sandbox').choices(['required', 'auto', 'off']).preset('required'),
    )
    .addOption(clientOption())
    .addOption(new Option('--era <era>', 'protocol era of the server').choices(['legacy', 'modern']))
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(observeOption())
    .addOption(traceOption())
    .passThroughOptions()
    .configureOutput({ outputError: (text, write) => write(text.replace(NO_COMMAND, `error: ${NOTHING_TO_WRAP}`)) })
    .addHelpText(
      'after',
      '\nExample: sallyport wrap --deny "delete_*" -- npx -y @modelcontextprotocol/server-filesystem@2026.8.31 .',
    )
    .action(async (command: string[], options) => finish(await serve(wrapping(command, options))));

  program
    .command('run')
    .description('serve all configured backends as one server on standard input and output')
    .addOption(clientOption())
    .addOption(configOption())
    .addOption(profileOption())
    .addOption(observeOption())
    .addOption(traceOption())
    .addHelpText('after', '\nExample: sallyport run --config sallyport.yaml')
    .action(async (options) => finish(await serve(running(options))));
}
