import { readFileSync } from 'node:fs';
import type { ResourceLimits } from '../../lib/model/sandbox.ts';
import type { CgroupPlace } from './place.ts';
import { START_SCRIPT } from './start-script.ts';
import type { Watched } from './watch.ts';

/** A command line; `file` is looked up in PATH unless it has a slash. */
export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * What RLIMIT_DATA allows beyond the memory of all processes together, in bytes. It counts what may be written to,
 * touched or not: node 20 has 110 MB with 67 MB in use, and each further thread brings a stack of 8 MB.
 */
const DATA_SLACK = 256 * 1024 * 1024;
/** RLIMIT_NPROC counts other programs of the user, which start and end as they like, and other backends. */
const TASKS_SLACK = 4;

/** Who starts it, and where; told in tests. */
export interface Starter {
  readonly platform: NodeJS.Platform;
  /** Undefined on Windows. */
  readonly uid: number | undefined;
  /** Processes and threads on this machine now; undefined where nobody tells. */
  readonly tasks: () => number | undefined;
}

const HERE: Starter = { platform: process.platform, uid: process.getuid?.(), tasks: tasksOnMachine };

/**
 * Wraps a command line so that it joins the cgroups of `place` and has its limits before its first instruction; it
 * keeps its process number. What `place` holds is left to it. The processor time, the open files and the file size
 * are of each process. Nothing writes core dumps.
 *
 * A start that cannot join or cannot set a limit ends with the codes of start-script.ts. A program that is not there
 * or must not be run ends with 127 or 126, as `spawn` has only seen the shell. Without limits and place the command
 * line is returned as it is; so it is on Windows, which has no such limits. On macOS memory and processes are not held:
 * the kernel ignores RLIMIT_DATA for mapped memory, and RLIMIT_NPROC counts all that the user runs.
 */
export function limitedStart(
  file: string,
  args: readonly string[],
  limits: ResourceLimits,
  place?: CgroupPlace,
  starter: Starter = HERE,
): CommandLine {
  if (starter.platform === 'win32') return { file, args };
  const told = [
    ...(place?.joins ?? []).flatMap((path) => ['join', path]),
    ...wordsOf('cpu', limits.cpuSeconds),
    ...wordsOf('files', limits.openFiles),
    ...wordsOf('blocks', limits.fileBytes && limits.fileBytes / 512),
    ...(starter.platform === 'linux' ? [...dataWords(limits, place), ...taskWords(limits, place, starter)] : []),
  ];
  if (told.length === 0) return { file, args };
  return { file: '/bin/sh', args: ['-c', START_SCRIPT, 'sallyport-start', ...told, '--', file, ...args] };
}

/** What is left to the watch of a start with these limits in this place. */
export function leftToWatch(limits: ResourceLimits, place?: CgroupPlace, starter: Starter = HERE): Watched {
  const processes = place?.holds.processes === true ? undefined : limits.processes;
  return {
    memoryBytes: place?.holds.memory === true ? undefined : limits.memoryBytes,
    processes,
    urgent: processes !== undefined && taskWords(limits, place, starter).length === 0,
  };
}

function dataWords({ memoryBytes }: ResourceLimits, place: CgroupPlace | undefined): string[] {
  if (memoryBytes === undefined || place?.holds.memory === true) return [];
  return wordsOf('kilobytes', (memoryBytes + DATA_SLACK) / 1024);
}

/** The kernel exempts root from RLIMIT_NPROC. */
function taskWords({ processes }: ResourceLimits, place: CgroupPlace | undefined, { uid, tasks }: Starter): string[] {
  if (processes === undefined || uid === 0 || place?.holds.processes === true) return [];
  const now = tasks();
  return now === undefined ? [] : wordsOf('tasks', now + TASKS_SLACK * processes);
}

function wordsOf(word: string, value: number | undefined): string[] {
  return value === undefined ? [] : [word, String(Math.ceil(value))];
}

/** Of all users and containers on the kernel (proc(5), loadavg), so never fewer than the user has. */
function tasksOnMachine(): number | undefined {
  try {
    const [, tasks] = /^\S+ \S+ \S+ \d+\/(\d+) /.exec(readFileSync('/proc/loadavg', 'latin1')) ?? [];
    return tasks === undefined ? undefined : Number(tasks);
  } catch {
    return undefined;
  }
}
