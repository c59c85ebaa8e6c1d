import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { quoted } from '../docs/reader.ts';
import { CLI } from '../paths.ts';
import type { CommandOptions, Ended } from './command.ts';
import { isolatedHome } from './gateway.ts';

/** `script` of util-linux gives a command a terminal; elsewhere what only a terminal sees is not tried. */
export const HAS_TERMINAL = process.platform === 'linux' && existsSync('/usr/bin/script');

/** Whether a command can be given a terminal of its own, which nobody above it has. */
export const HAS_OWN_TERMINAL = HAS_TERMINAL && existsSync('/usr/bin/setsid');

/** Runs one command of the program as a person does in a terminal of their own: not below whoever runs the test. */
export async function atOwnTerminal(
  args: readonly string[],
  { home, cwd = home, env, input = '' }: CommandOptions,
): Promise<Ended> {
  const line = `${quoted([process.execPath, CLI, ...args])}; echo "[ended $?]"`;
  const child = spawn('/usr/bin/setsid', ['--fork', '/usr/bin/script', '-qec', line, '/dev/null'], {
    env: { ...process.env, ...isolatedHome(home), NO_COLOR: '1', ...env },
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  if (input !== '') child.stdin.write(input);
  let text = '';
  child.stdout.on('data', (data) => {
    text += String(data);
  });
  // Not its exit: the terminal it made lives on, and holds the pipe until the command has ended.
  await new Promise((resolve) => child.once('close', resolve));
  const [said, code] = text.replaceAll('\r\n', '\n').split(/\[ended (\d+)\]\s*$/);
  return { code: code === undefined ? undefined : Number(code), stdout: said!.trim(), stderr: '' };
}

/** Runs one command of the program as a person at a terminal sees it. */
export async function onTerminal(
  args: readonly string[],
  { home, cwd = home, env, input }: CommandOptions,
): Promise<Ended> {
  const line = quoted([process.execPath, CLI, ...args]);
  const ended = await execa('/usr/bin/script', ['-qec', line, '/dev/null'], {
    env: { ...isolatedHome(home), NO_COLOR: '1', ...env },
    cwd,
    ...(input === undefined ? {} : { input }),
    reject: false,
  });
  return { code: ended.exitCode, stdout: ended.stdout.replaceAll('\r\n', '\n'), stderr: ended.stderr };
}
