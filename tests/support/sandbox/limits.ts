import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { Cgroups } from '../../../backends/limits/cgroup.ts';
import type { CgroupPlace } from '../../../backends/limits/place.ts';
import { type CommandLine, limitedStart, type Starter } from '../../../backends/limits/rlimits.ts';
import { signalGroup } from '../../../backends/process-table.ts';
import { NO_LIMITS, type ResourceLimits } from '../../../lib/model/sandbox.ts';
import { endWith } from '../folder.ts';

export { NO_LIMITS };

export const MB = 1024 * 1024;

/** The id of `nobody` in most systems. */
export const NOBODY = 65534;

/** Somebody the kernel does not exempt from anything, on a machine where `tasks` processes and threads run. */
export function commoner(tasks: number | undefined): Starter {
  return { platform: 'linux', uid: NOBODY, tasks: () => tasks };
}

/** Why no cgroup can be made here; false where one can. */
export const NEEDS_CGROUPS: string | false =
  process.platform === 'linux' && placeOf(NO_LIMITS, { memoryBytes: 50 * MB, processes: 50 })
    ? false
    : 'needs a cgroup file system that may be written to';

/** A cgroup with these limits, which is gone when the test is. */
export function cgroup(t: TestContext, limits: Partial<ResourceLimits>): CgroupPlace {
  const place = Cgroups.find()?.make('test', { ...NO_LIMITS, ...limits });
  if (place === undefined) throw new Error('no cgroup could be made');
  endWith(t, async () => {
    place.kill();
    await place.remove();
  });
  return place;
}

/** What became of a limited command. */
export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface LimitedOptions {
  readonly limits?: Partial<ResourceLimits>;
  readonly place?: CgroupPlace;
  readonly starter?: Starter;
  /** Runs the whole as this user, by setpriv. */
  readonly uid?: number;
  /** The shell that reads the script, when not `/bin/sh`. */
  readonly shell?: readonly string[];
}

/** The command line that starts a command within limits. */
export function limitedLine(command: readonly [string, ...string[]], options: LimitedOptions): CommandLine {
  const [program, ...rest] = command;
  const limits = { ...NO_LIMITS, ...options.limits };
  const { file, args } = limitedStart(program, rest, limits, options.place, options.starter);
  const [shell, ...flags] = options.shell ?? [file];
  if (options.uid === undefined) return { file: shell!, args: [...flags, ...args] };
  const id = String(options.uid);
  return { file: 'setpriv', args: ['--reuid', id, '--regid', id, '--clear-groups', shell!, ...flags, ...args] };
}

/** Starts a command within limits, in a group of its own that ends with the test. */
export function startLimited(
  t: TestContext,
  command: readonly [string, ...string[]],
  options: LimitedOptions = {},
): ChildProcess {
  const { file, args } = limitedLine(command, options);
  const child = spawn(file, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'], cwd: '/' });
  t.after(() => child.pid !== undefined && signalGroup(child.pid, 'SIGKILL'));
  return child;
}

/** Runs a command within limits to its end. */
export async function runLimited(
  t: TestContext,
  command: readonly [string, ...string[]],
  options: LimitedOptions = {},
): Promise<Outcome> {
  const child = startLimited(t, command, options);
  let out = '';
  let err = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (err += text));
  const [code, signal] = await once(child, 'close');
  return { code, signal, out, err };
}

/** Whether a place can be made; it is removed at once. */
function placeOf(none: ResourceLimits, limits: Partial<ResourceLimits>): boolean {
  const place = Cgroups.find()?.make('probe', { ...none, ...limits });
  void place?.remove();
  return place !== undefined;
}
