#!/usr/bin/env node
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCompiled } from './kept/compiled-code.ts';

/** Put in by the build: the SHA-256 of the program, hexadecimal. */
declare const PROGRAM_HASH: string;

/** The program beside this file, which is all of Sallyport; what stands here only starts it fast. */
runCompiled(join(dirname(fileURLToPath(import.meta.url)), 'chunks', 'main.cjs'), PROGRAM_HASH);
