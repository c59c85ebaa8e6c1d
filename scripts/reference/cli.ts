import type { Command } from 'commander';
import { EXIT } from '../../cli/output/print.ts';
import { createProgram } from '../../cli/program.ts';

const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'everything went well',
  unexpected: 'something failed that has no code of its own',
  usage: 'the command line or the config is wrong',
  denied:
    'a call is denied, a test failed, a decision changed, a finding is grave, or too little is contained: `explain --check`, `test`, `simulate --fail-on-change`, `scan`, `attack --fail-under`',
  pending: 'a person has to say yes first: `pin` and `approve` without a terminal and without `--yes`',
  integrity:
    'a log was changed, cut or reordered; what a server offers is not what was pinned; the lockfile is not sound',
  unavailable: 'a backend or a file it needs cannot be used',
};

/** `docs/reference/cli.md`: every command with its help, from the command tree. */
export function cliReference(): string {
  const program = createProgram(() => {});
  const pages = leaves(program).map((command) => `## ${pathOf(command)}\n\n\`\`\`\n${help(command)}\n\`\`\``);
  const codes = Object.entries(EXIT).map(([name, code]) => `| ${code} | ${MEANINGS[name as keyof typeof EXIT]} |`);
  return `# Commands

\`wrap\` ends with the code of its server where the server ends before its first answer. A signal ends with 128 and its
number.

| Exit code | Meaning |
|---|---|
${codes.join('\n')}

${pages.join('\n\n')}
`;
}

function leaves(command: Command): Command[] {
  const visible = command.createHelp().visibleCommands(command);
  const own = visible.filter((child) => child.name() !== 'help');
  return own.length === 0 ? [command] : own.flatMap(leaves);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function help(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 100 });
  command.outputHelp();
  return text.trim();
}
