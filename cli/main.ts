#!/usr/bin/env node
import { CommanderError } from 'commander';
import { reportFailure } from './print.ts';
import { createProgram } from './program.ts';

const program = createProgram((code) => process.exit(code));
program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  process.exit(reportFailure(error, process.argv.includes('--json')));
});
