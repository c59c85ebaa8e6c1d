import { Command } from 'commander';
import { VERSION } from '../lib/model/version.ts';
import { addAudit } from './program/audit.ts';
import { addAuthoring } from './program/authoring.ts';
import type { Finish } from './program/options.ts';
import { addServe } from './program/serve.ts';
import { addServing } from './program/serving.ts';
import { addSetup } from './program/setup.ts';
import { addStop } from './program/stop.ts';

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
  addServing(program, finish);
  addServe(program, finish);
  addSetup(program, finish);
  addStop(program, finish);
  addAuthoring(program, finish);
  addAudit(program, finish);
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
