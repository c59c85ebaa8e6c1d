import { existsSync } from 'node:fs';
import { execa } from 'execa';
import type { CommandOptions, Ended } from './command.ts';
import { isolatedHome } from './gateway.ts';
import { CLI } from './paths.ts';
import { quoted } from './reader.ts';

/** `script` of util-linux gives a command a terminal; elsewhere what only a terminal sees is not tried. */
export const HAS_TERMINAL = process.platform === 'linux' && existsSync('/usr/bin/script');

/** Runs one command of the program as a person at a terminal sees it. */
export async function onTerminal(args: readonly string[], { home, cwd = home }: CommandOptions): Promise<Ended> {
  const line = quoted([process.execPath, CLI, ...args]);
  const ended = await execa('/usr/bin/script', ['-qec', line, '/dev/null'], {
    env: { ...isolatedHome(home), NO_COLOR: '1' },
    cwd,
    reject: false,
  });
  return { code: ended.exitCode, stdout: ended.stdout.replaceAll('\r\n', '\n'), stderr: ended.stderr };
}
