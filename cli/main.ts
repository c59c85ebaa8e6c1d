#!/usr/bin/env node
import { CommanderError } from 'commander';
import { reportFailure } from './print.ts';
import { createProgram } from './program.ts';

/** Standard output of these carries the protocol and nothing else. */
const SERVING = new Set(['wrap', 'run']);

const program = createProgram((code) => process.exit(code));
program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  process.exit(reportFailure(error, !SERVING.has(process.argv[2] ?? '') && process.argv.includes('--json')));
});
