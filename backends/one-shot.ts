import { parse } from 'node:path';
import { execa } from 'execa';
import { backendEnvironment } from './environment.ts';

/** How a child that was meant to run once and end did. */
export interface OneShot {
  readonly ok: boolean;
  /** The first line it printed, or why it could not run. */
  readonly said: string;
}

/**
 * Runs a program to its end, `withinMs` at most, with the base environment only and in the root folder, so that
 * nothing the working folder holds has a say.
 */
export async function runOnce(file: string, args: readonly string[], withinMs: number): Promise<OneShot> {
  const { failed, shortMessage, stdout, stderr } = await execa(file, args, {
    cwd: parse(process.execPath).root,
    env: backendEnvironment(process.env, [], {}).variables,
    extendEnv: false,
    stdin: 'ignore',
    timeout: withinMs,
    maxBuffer: 64 * 1024,
    reject: false,
  });
  return failed
    ? { ok: false, said: shortMessage ?? 'failed' }
    : { ok: true, said: firstLine(stdout) || firstLine(stderr) };
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
