import { CommanderError } from 'commander';
import { reportFailure } from './output/print.ts';
import { allPrinted, endWithReader } from './output/stdout.ts';
import { programFor } from './program.ts';

/** Whoever does not read what was asked for is not waited for longer. */
const MOST_WAIT_MS = 10_000;

/** Standard output of these carries the protocol and nothing else. */
const SERVING = new Set(['wrap', 'run']);

endWithReader();

/** A pipe takes no more than it holds at once, and an exit would cut off the rest. */
const finish = (code: number) => void allPrinted(MOST_WAIT_MS).then(() => process.exit(code));

const program = programFor(process.argv[2], finish);
program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  process.exit(reportFailure(error, !SERVING.has(process.argv[2] ?? '') && process.argv.includes('--json')));
});
