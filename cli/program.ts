import { Command } from 'commander';
import { VERSION } from '../lib/model/version.ts';
import { addAnomaly } from './program/anomaly.ts';
import { addApprovals } from './program/approvals.ts';
import { addAudit } from './program/audit.ts';
import { addAuthoring } from './program/authoring.ts';
import { addInspection } from './program/inspection.ts';
import { addLogin } from './program/login.ts';
import { addNotify } from './program/notify.ts';
import type { Finish } from './program/options.ts';
import { addRegistry } from './program/registry.ts';
import { addServe } from './program/serve.ts';
import { addServing } from './program/serving.ts';
import { addSetup } from './program/setup.ts';
import { addStop } from './program/stop.ts';
import { addToken } from './program/token.ts';
import { addTop } from './program/top.ts';

/** Each part of the tree by the commands in it that serve clients, which must not wait for all others to be described. */
const SERVING: Readonly<Record<string, (program: Command, finish: Finish) => void>> = {
  wrap: addServing,
  run: addServing,
  serve: addServe,
};

/** The tree with no more in it than what `command` needs, the first word of the command line. */
export function programFor(command: string | undefined, finish: Finish): Command {
  const add = command !== undefined && Object.hasOwn(SERVING, command) ? SERVING[command] : undefined;
  if (add === undefined) return createProgram(finish);
  const program = rootProgram();
  add(program, finish);
  return program;
}

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
  const program = rootProgram();
  addServing(program, finish);
  addServe(program, finish);
  addToken(program, finish);
  addSetup(program, finish);
  addLogin(program, finish);
  addRegistry(program, finish);
  addStop(program, finish);
  addApprovals(program, finish);
  addNotify(program, finish);
  addTop(program, finish);
  addAuthoring(program, finish);
  addInspection(program, finish);
  addAudit(program, finish);
  addAnomaly(program, finish);
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

function rootProgram(): Command {
  return new Command('sallyport')
    .description('Security gateway for the Model Context Protocol: policy, supervision and evidence for every frame.')
    .version(VERSION)
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .exitOverride();
}
