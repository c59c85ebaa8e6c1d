import { readFileSync, readlinkSync } from 'node:fs';
import { startTimeOf } from './process-table.ts';

/** Programs that only start another one; a client may put them between itself and us. */
const SHELLS = /^(?:sh|bash|dash|zsh|ksh|fish)$/;
const RUNNERS = /^(?:npx?|npm exec.*|pnpm.*|bunx)$/;
const MOST_STEPS = 6;

/**
 * Names the program that started us, by its process and when that was started, so that all servers it has wrapped
 * share what they remember. What stands in between is left out, since each server has its own: shells and package runners, and
 * whatever reads from the same pipe as we do, because whoever made that pipe for us writes to it.
 * Where the table of processes cannot be read, it is our parent.
 */
export function clientProcess(parent = process.ppid, ownInput = inputOf(process.pid)): string {
  let pid = parent;
  for (let step = 0; step < MOST_STEPS; step++) {
    const above = starterOf(pid, ownInput);
    if (above === undefined || above <= 1) break;
    pid = above;
  }
  return `${pid}-${startTimeOf(pid) ?? ''}`;
}

/** The parent of `pid` when that is a starter. An interactive shell is none: what it starts, a person does. */
function starterOf(pid: number, ownInput: string | undefined): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const [, ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const runsOne = SHELLS.test(name) && args.slice(0, 2).some((arg) => /^-[a-z]*c$/.test(arg));
    const starts = runsOne || RUNNERS.test(name) || (ownInput !== undefined && inputOf(pid) === ownInput);
    return starts ? Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) : undefined;
  } catch {
    return undefined;
  }
}

/** The pipe or socket a process has as its standard input; undefined for anything else, such as a terminal. */
function inputOf(pid: number): string | undefined {
  try {
    const input = readlinkSync(`/proc/${pid}/fd/0`);
    return /^(?:pipe|socket):/.test(input) ? input : undefined;
  } catch {
    return undefined;
  }
}
