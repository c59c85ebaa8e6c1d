import { BACKEND_NAME } from '../../lib/config/words/backend-name.ts';
import type { SandboxMode } from '../../lib/model/sandbox.ts';
import { compileGlob, GlobError } from '../../lib/policy/glob.ts';
import { CommandError } from '../output/print.ts';
import { serverName } from '../scan/server-name.ts';
import type { StdioOptions } from '../stdio-session.ts';

export interface WrapOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly observe?: boolean;
  readonly client?: string;
  readonly name?: string;
  readonly era?: 'legacy' | 'modern';
  readonly passEnv?: readonly string[];
  readonly cwd?: string;
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly sandbox?: SandboxMode;
  readonly traceFrames?: string;
}

export const NOTHING_TO_WRAP =
  'nothing to wrap: write the server command after `--`, as in `sallyport wrap -- node server.js`';

/** One server, guarded in place: names stay as they are, and no config is needed. */
export function wrapping(command: readonly string[], options: WrapOptions): StdioOptions {
  const [file, ...args] = command;
  if (file === undefined) throw new CommandError(NOTHING_TO_WRAP);
  const globs = { '--allow': split(options.allow), '--deny': split(options.deny) };
  for (const [flag, list] of Object.entries(globs)) for (const glob of list) checkGlob(flag, glob);
  const only = {
    name: options.name === undefined ? serverName(file, args) : checkedName(options.name),
    command: file,
    args,
    pass_env: split(options.passEnv),
    ...(options.era === undefined ? {} : { era: options.era }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  };
  const { config, profile, observe, client, sandbox, traceFrames } = options;
  const overrides = { only, profile, observe, sandbox, allow: globs['--allow'], deny: globs['--deny'] };
  return { config, overrides, client, traceFrames, endWithBackend: true };
}

function checkedName(name: string): string {
  if (BACKEND_NAME.test(name)) return name;
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

const COMMA_OUTSIDE_BRACES = /,(?![^{}]*\})/;

/** Lists may be given by repeating a flag or with commas, which no name has; in `{a,b}` they part alternatives. */
function split(values: readonly string[] | undefined): string[] {
  return (values ?? []).flatMap((value) => value.split(COMMA_OUTSIDE_BRACES)).filter((value) => value !== '');
}
