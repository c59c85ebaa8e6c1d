import { Command, Option } from 'commander';
import { VERSION } from '../lib/model/version.ts';
import { run } from './commands/run.ts';
import { wrap } from './commands/wrap.ts';

/** What the process ends with once a command is done. */
export type Finish = (code: number) => void;

/** The command tree with the hidden command that shells ask for words. */
export function createProgram(finish: Finish): Command {
  const program = visibleProgram(finish);
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (words) =>
      finish((await import('./commands/completion.ts')).complete(words, visibleProgram(finish))),
    );
  return program;
}

/** The commands users see. Everything but `wrap` and `run` is loaded when it is used. */
function visibleProgram(finish: Finish): Command {
  const program = new Command('sallyport')
    .description('Security gateway for the Model Context Protocol: policy, supervision and evidence for every frame.')
    .version(VERSION)
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride();
  const json = () => new Option('--json', 'print JSON, one object or one a line');
  const config = () => new Option('-c, --config <file>', 'config file [$SALLYPORT_CONFIG, then the user config]');
  const profile = () => new Option('--profile <profile>', 'built-in rules').choices(['balanced', 'strict']);
  const observe = () => new Option('--observe', 'decide and record, but block nothing');
  const trace = () => new Option('--trace-frames <file>', 'write every byte that passes to a file');
  const list = (value: string, all: string[] = []) => [...all, value];

  program
    .command('wrap')
    .description('guard one server in place: same names, no config needed')
    .argument('<command...>', 'the server command, after --')
    .option('--name <name>', "its name in policy and log [the package's base name]")
    .option('--allow <glob>', 'only these tools exist; may be repeated', list)
    .option('--deny <glob>', 'these tools do not exist; may be repeated', list)
    .option('--pass-env <name>', 'variables the server inherits, besides the base list; may be repeated', list)
    .option('--cwd <dir>', 'its working folder')
    .addOption(new Option('--era <era>', 'protocol era of the server').choices(['legacy', 'modern']))
    .addOption(config())
    .addOption(profile())
    .addOption(observe())
    .addOption(trace())
    .passThroughOptions()
    .addHelpText(
      'after',
      '\nExample: sallyport wrap --deny "delete_*" -- npx -y @modelcontextprotocol/server-filesystem@2026.8.31 .',
    )
    .action(async (command: string[], options) => finish(await wrap(command, options)));

  program
    .command('run')
    .description('serve all configured backends as one server on standard input and output')
    .addOption(config())
    .addOption(profile())
    .addOption(observe())
    .addOption(trace())
    .addHelpText('after', '\nExample: sallyport run --config sallyport.yaml')
    .action(async (options) => finish(await run(options)));

  program
    .command('init')
    .description('write a starter config')
    .option('-o, --output <file>', 'where to [the user config]')
    .option('-y, --yes', 'overwrite an existing file')
    .addHelpText('after', '\nExample: sallyport init --output sallyport.yaml')
    .action(async (options) => finish((await import('./commands/init.ts')).init(options)));

  program
    .command('validate')
    .description('check the config and say everything that is wrong with it')
    .argument('[file]', 'config file [as for run]')
    .addOption(config())
    .addOption(profile())
    .addOption(json())
    .addHelpText('after', '\nExample: sallyport validate sallyport.yaml')
    .action(async (file, options) => finish(await (await import('./commands/validate.ts')).validate(file, options)));

  const configCommand = program.command('config').description('look at the config in force');
  configCommand
    .command('show')
    .description('print every setting with its value')
    .option('--resolved', 'with defaults and the managed layer')
    .option('--origin', 'with where each value comes from')
    .addOption(config())
    .addOption(profile())
    .addOption(json())
    .addHelpText('after', '\nExample: sallyport config show --resolved --origin')
    .action(async (options) => finish(await (await import('./commands/config-show.ts')).configShow(options)));

  program
    .command('schema')
    .description('print the JSON Schema of the config, for editors')
    .addHelpText('after', '\nExample: sallyport schema > sallyport.schema.json')
    .action(async () => finish((await import('./commands/schema.ts')).schema()));

  program
    .command('doctor')
    .description('start every backend once and say what works and what does not')
    .addOption(config())
    .addOption(profile())
    .addOption(json())
    .addHelpText('after', '\nExample: sallyport doctor --config sallyport.yaml')
    .action(async (options) => finish(await (await import('./commands/doctor.ts')).doctor(options)));

  const audit = program.command('audit').description('read and verify the tamper-evident log');
  audit
    .command('verify')
    .description('check the hash chain of log files')
    .argument('<file...>', 'segments, or a folder of them')
    .addOption(json())
    .addHelpText('after', '\nExample: sallyport audit verify ~/.local/state/sallyport/audit')
    .action(async (files, options) =>
      finish(await (await import('./commands/audit-verify.ts')).auditVerify(files, options)),
    );
  audit
    .command('tail')
    .description('print the newest records')
    .option('-f, --follow', 'go on as records are written')
    .option('-n, --lines <count>', 'how many to begin with', '20')
    .option('--dir <dir>', 'folder of the log [from the config]')
    .addOption(config())
    .addOption(json())
    .addHelpText('after', '\nExample: sallyport audit tail -f')
    .action(async (options) => finish(await (await import('./commands/audit-read.ts')).auditTail(options)));
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
    .addOption(config())
    .addOption(json())
    .addHelpText('after', '\nExample: sallyport audit query --decision deny --since 24h')
    .action(async (files, options) =>
      finish(await (await import('./commands/audit-read.ts')).auditQuery(files, options)),
    );

  program
    .command('completion')
    .description('print a script that completes commands in a shell')
    .argument('<shell>', 'bash, zsh, fish or powershell')
    .addHelpText('after', '\nExample: sallyport completion zsh >> ~/.zshrc')
    .action(async (shell) =>
      finish((await import('./commands/completion.ts')).completion(shell, visibleProgram(finish))),
    );

  return program;
}
