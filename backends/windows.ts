import { existsSync } from 'node:fs';
import { extname, join, win32 } from 'node:path';

/** How a command is started on Windows, where scripts need `cmd.exe` and npm's launchers are scripts. */
export interface WindowsLaunch {
  readonly file: string;
  readonly args: readonly string[];
  readonly verbatim: boolean;
}

const CMD_META = /([()\][%!^"`<>&|;, *?])/g;

/** Finds `command` as Windows would, and wraps a `.cmd` or `.bat` so that no argument can become a command. */
export function windowsLaunch(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  exists: (path: string) => boolean = existsSync,
): WindowsLaunch {
  const file = findOnWindows(command, env, exists) ?? command;
  if (!/\.(cmd|bat)$/i.test(file)) return { file, args, verbatim: false };
  const line = [
    escapeMeta(win32.normalize(file)),
    ...args.map((arg) => escapeMeta(escapeMeta(quoteArgument(arg)))),
  ].join(' ');
  return { file: env.COMSPEC ?? 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], verbatim: true };
}

function findOnWindows(command: string, env: NodeJS.ProcessEnv, exists: (path: string) => boolean): string | undefined {
  const extensions = (env.PATHEXT ?? '.EXE;.CMD;.BAT;.COM').split(';');
  const names = extname(command) === '' ? extensions.map((ext) => command + ext) : [command];
  const folders = /[\\/]/.test(command) ? [''] : (env.PATH ?? env.Path ?? '').split(';');
  for (const folder of folders) {
    for (const name of names) {
      const path = folder === '' ? name : join(folder, name);
      if (exists(path)) return path;
    }
  }
  return undefined;
}

/** One argument as the C runtime splits it: backslashes before a quote are doubled (Microsoft CRT rules). */
function quoteArgument(arg: string): string {
  return `"${arg.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1')}"`;
}

/** A batch file reads its line twice, so its arguments are escaped twice by the caller. */
function escapeMeta(text: string): string {
  return text.replace(CMD_META, '^$1');
}
