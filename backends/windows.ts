import { existsSync } from 'node:fs';
import { win32 } from 'node:path';

/** How a command is started on Windows, where scripts need `cmd.exe` and npm's launchers are scripts. */
export interface WindowsLaunch {
  readonly file: string;
  readonly args: readonly string[];
  readonly verbatim: boolean;
}

const CMD_META = /([()\][%!^"`<>&|;, *?])/g;

/**
 * Finds `command` on the PATH, and never in the working folder, where Windows looks first. A `.cmd` or `.bat` is
 * wrapped so that no argument can become a command; a line break, which `cmd.exe` cannot take at all, is refused.
 */
export function windowsLaunch(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  exists: (path: string) => boolean = existsSync,
): WindowsLaunch {
  const file = findOnWindows(command, env, exists) ?? (isPath(command) ? command : undefined);
  if (file === undefined) throw new Error(`${command} was not found`);
  if (!/\.(cmd|bat)$/i.test(file)) return { file, args, verbatim: false };
  for (const arg of args) if (/[\r\n]/.test(arg)) throw new Error(`an argument of ${command} has a line break`);
  const line = [
    escapeMeta(win32.normalize(file)),
    ...args.map((arg) => escapeMeta(escapeMeta(quoteArgument(arg)))),
  ].join(' ');
  return { file: env.COMSPEC ?? 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}

function findOnWindows(command: string, env: NodeJS.ProcessEnv, exists: (path: string) => boolean): string | undefined {
  const extensions = (env.PATHEXT ?? '.EXE;.CMD;.BAT;.COM').split(';');
  const extended = extensions.map((ext) => command + ext);
  const names = win32.extname(command) === '' ? extended : [command, ...extended];
  const path = (env.PATH ?? env.Path ?? '').split(';').filter((folder) => folder !== '');
  const folders = isPath(command) ? [''] : path;
  for (const folder of folders) {
    for (const name of names) {
      const file = folder === '' ? name : win32.join(folder, name);
      if (exists(file)) return file;
    }
  }
  return undefined;
}

function isPath(command: string): boolean {
  return /[\\/]/.test(command);
}

/** One argument as the C runtime splits it: backslashes before a quote are doubled (Microsoft CRT rules). */
function quoteArgument(arg: string): string {
  return `"${arg.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1')}"`;
}

/** A batch file reads its line twice, so its arguments are escaped twice by the caller. */
function escapeMeta(text: string): string {
  return text.replace(CMD_META, '^$1');
}
