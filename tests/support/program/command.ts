import { execa } from 'execa';
import { CLI } from '../paths.ts';
import { isolatedHome } from './gateway.ts';

export interface Ended {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Folder that stands for the user's home. */
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
}

/** Runs one command of the program to its end. */
export async function sallyport(args: readonly string[], options: CommandOptions): Promise<Ended> {
  const { home, env, cwd = home, input = '' } = options;
  const ended = await execa(process.execPath, [CLI, ...args], {
    env: { ...isolatedHome(home), NO_COLOR: '1', ...env },
    cwd,
    input,
    reject: false,
  });
  return { code: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
}
