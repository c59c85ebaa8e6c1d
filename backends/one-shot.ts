import { parse } from 'node:path';
import { backendEnvironment } from './environment.ts';

/** How a child that was meant to run once and end did. */
export interface OneShot {
  readonly ok: boolean;
  /** The first line it printed, or why it could not run. */
  readonly said: string;
}

/** How a child ended, with all it printed. */
export interface Ended {
  readonly ok: boolean;
  /** Why it failed, in one line; empty when it did not. */
  readonly why: string;
  /** There is no such program, or it cannot be executed. */
  readonly missing: boolean;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, `withinMs` at most, with the base environment only and in the root folder, so that
 * nothing the working folder holds has a say.
 */
export async function runOnce(file: string, args: readonly string[], withinMs: number): Promise<OneShot> {
  const env = backendEnvironment(process.env, [], {}).variables;
  const { ok, why, stdout, stderr } = await runToEnd(file, args, env, withinMs);
  return ok ? { ok, said: firstLine(stdout) || firstLine(stderr) } : { ok, said: why };
}

/** The same with exactly this environment; `input` is what it reads, nothing when left out. */
export async function runToEnd(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  withinMs: number,
  input?: string,
): Promise<Ended> {
  // Gateways seldom run anything this way, and loading it would take a third of what a sandbox may.
  const { execa } = await import('execa');
  const { failed, shortMessage, code, timedOut, stdout, stderr } = await execa(file, args, {
    cwd: parse(process.execPath).root,
    env,
    extendEnv: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    timeout: withinMs,
    maxBuffer: 64 * 1024,
    reject: false,
  });
  return {
    ok: !failed,
    why: failed ? (shortMessage ?? 'failed') : '',
    missing: code === 'ENOENT' || code === 'EACCES',
    timedOut,
    stdout: stdout ?? '',
    stderr: stderr ?? '',
  };
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] ?? '';
}
