import { readFileSync } from 'node:fs';
import { ConfigError, type Problem, showProblem } from '../../lib/config/problems.ts';
import { printable } from '../../lib/model/printable.ts';
import { safeJson } from '../../lib/model/safe-json.ts';
import { whyUnreadable } from '../../lib/model/why-unreadable.ts';
import { LockfileFault } from '../../lib/registry/lockfile-fault.ts';

/** Version of everything printed under `--json`; it changes only when a reader would break. */
const SCHEMA_VERSION = 1;

/** How a command ends (docs/reference/cli.md). */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  denied: 3,
  /** A person has to say yes first. */
  pending: 4,
  integrity: 5,
  unavailable: 6,
} as const;

/** An end that was foreseen: its message is for the user, and no stack is shown. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Writes lines of our own making to standard output. Text from outside must have gone through `shown`. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: Readonly<Record<string, unknown>>): void {
  print(safeJson({ schema_version: SCHEMA_VERSION, ...value }));
}

export function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Text from outside, safe for a terminal. */
export const shown = printable;

/** Says what went wrong and answers the exit code for it. */
export function reportFailure(error: unknown, json: boolean): number {
  if (error instanceof ConfigError) {
    if (json) printJson({ ok: false, problems: error.problems });
    else for (const problem of error.problems) printError(showProblem(problem));
    return EXIT.usage;
  }
  if (error instanceof LockfileFault) {
    const { code, reason, where, help } = error;
    const problem: Problem = { code, severity: 'error', message: reason, where, help };
    if (json) printJson({ ok: false, problems: [problem] });
    else printError(showProblem(problem));
    return EXIT.integrity;
  }
  if (error instanceof CommandError) {
    if (json) printJson({ ok: false, error: error.message });
    else printError(`error: ${printable(error.message)}`);
    return error.exitCode;
  }
  printError(`unexpected error: ${printable(String((error as Error)?.stack ?? error), 4000)}`);
  return EXIT.unexpected;
}

/** How many there are of something whose plural takes an s: `1 record`, `2 records`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** Rows as columns of equal width. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** The text of a file that was named on the command line. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${whyUnreadable(error)}`);
  }
}
