import { basename } from 'node:path';
import { isNpx, parseNpx } from '../../lib/model/npx.ts';
import { compileGlob, GlobError } from '../../lib/policy/glob.ts';
import { CommandError } from '../print.ts';
import { serveStdio } from '../stdio-session.ts';

export interface WrapOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly observe?: boolean;
  readonly name?: string;
  readonly era?: 'legacy' | 'modern';
  readonly passEnv?: readonly string[];
  readonly cwd?: string;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly traceFrames?: string;
}

/** Guards one server in place: names stay as they are, and no config is needed. */
export function wrap(command: readonly string[], options: WrapOptions): Promise<number> {
  const [file, ...args] = command;
  if (file === undefined) throw new CommandError('nothing to wrap: write the server command after `--`');
  const globs = { '--allow': split(options.allow), '--deny': split(options.deny) };
  for (const [flag, list] of Object.entries(globs)) for (const glob of list) checkGlob(flag, glob);
  const only = {
    name: options.name === undefined ? nameFor(file, args) : checkedName(options.name),
    command: file,
    args,
    pass_env: split(options.passEnv),
    start: 'eager' as const,
    ...(options.era === undefined ? {} : { era: options.era }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  };
  const { config, profile, observe, traceFrames } = options;
  const overrides = { only, profile, observe, allow: globs['--allow'], deny: globs['--deny'] };
  return serveStdio({ config, overrides, traceFrames, endWithBackend: true });
}

/** The name of a wrapped server: its package's base name, or its program's. */
export function nameFor(command: string, args: readonly string[]): string {
  const request = isNpx(command) ? parseNpx(args) : undefined;
  const launcher = /^(uvx|bunx|pnpx|node|python3?|deno|docker)$/.test(basename(command));
  const last = launcher ? args.find((arg) => !arg.startsWith('-')) : undefined;
  const whole = request?.packages[0]?.name ?? last ?? command;
  const plain = basename(whole)
    .replace(/\.[a-z]{1,4}$/i, '')
    .replace(/@.*$/, '');
  const name = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 32)
    .replace(/-+$/, '');
  return name === '' ? 'server' : name;
}

function checkedName(name: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) return name;
  throw new CommandError(`--name "${name}": must be 1 to 32 of a-z, 0-9 and "-", not at the ends`);
}

function checkGlob(flag: string, glob: string): void {
  try {
    compileGlob(glob, 'anything');
  } catch (error) {
    if (error instanceof GlobError) throw new CommandError(`${flag} "${glob}": ${error.message}`);
    throw error;
  }
}

/** Lists may be given by repeating a flag or with commas. */
function split(values: readonly string[] | undefined): string[] {
  return (values ?? []).flatMap((value) => value.split(',')).filter((value) => value !== '');
}
