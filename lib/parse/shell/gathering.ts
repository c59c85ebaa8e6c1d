import type { ShellAssignment, ShellCommand, ShellPipeline, ShellRedirect } from './facts.ts';

const MOST_COMMANDS = 4000;
/** Over all commands: those in wrappers share their words with them. */
const MOST_WORDS = 60_000;

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
  #words = 0;

  add(command: MadeCommand): MadeCommand {
    this.#words += command.words.length;
    if (this.full) this.faults.add('too many commands');
    else this.made.push(command);
    return command;
  }

  get full(): boolean {
    return this.made.length >= MOST_COMMANDS || this.#words > MOST_WORDS;
  }

  /** Notes what a variable may hold. */
  value(name: string, value: string | undefined): void {
    const known = this.variables.get(name);
    if (known === undefined) this.variables.set(name, value === undefined ? [] : [value]);
    else if (value !== undefined && !known.includes(value)) known.push(value);
  }
}
