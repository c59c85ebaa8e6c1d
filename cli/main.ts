#!/usr/bin/env node
import { CommanderError } from 'commander';
import { reportFailure } from './print.ts';
import { createProgram } from './program.ts';

/** Standard output of these carries the protocol and nothing else. */
const SERVING = new Set(['wrap', 'run']);

// Whoever reads only the beginning of a listing, as `head` does, has seen enough.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

const program = createProgram((code) => process.exit(code));
program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  process.exit(reportFailure(error, !SERVING.has(process.argv[2] ?? '') && process.argv.includes('--json')));
});
