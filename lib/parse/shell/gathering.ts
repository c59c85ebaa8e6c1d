import type { ShellAssignment, ShellCommand, ShellPipeline, ShellRedirect } from './facts.ts';

const MOST_COMMANDS = 4000;

/** A command before its guesses are known. */
export interface MadeCommand extends ShellCommand {
  readonly guesses: ShellCommand[];
  readonly stdin: string | undefined;
}

/** What is found in a text and in every text it runs in turn. */
export class Gathering {
  readonly pipelines: ShellPipeline[] = [];
  readonly redirects: ShellRedirect[] = [];
  readonly assignments: ShellAssignment[] = [];
  readonly defines: string[] = [];
  readonly faults = new Set<string>();
  readonly doubts = new Set<string>();
  /** Every command made, those that wrappers run included. */
  readonly made: MadeCommand[] = [];
  /** Literal values the script gives to variables; none means a value nobody knows. */
  readonly variables = new Map<string, string[]>();
  forkBomb = false;

  add(command: MadeCommand): MadeCommand {
    if (this.made.length < MOST_COMMANDS) this.made.push(command);
    else this.faults.add('too many commands');
    return command;
  }

  get full(): boolean {
    return this.made.length >= MOST_COMMANDS;
  }

  /** Notes what a variable may hold. */
  value(name: string, value: string | undefined): void {
    const known = this.variables.get(name);
    if (known === undefined) this.variables.set(name, value === undefined ? [] : [value]);
    else if (value !== undefined && !known.includes(value)) known.push(value);
  }
}
