import { readFileSync } from 'node:fs';
import { startTimeOf } from './process-table.ts';

/** Programs that only start another one; a client may put them between itself and us. */
const STARTERS = /^(?:sh|bash|dash|zsh|ksh|fish|cmd|npx?|npm exec.*|pnpm.*|bunx|env)$/;
const MOST_STEPS = 6;

/**
 * Names the program that started us, by its process and when that was started, so that all servers it has wrapped
 * share what they remember. Shells and package runners in between are left out: each server has its own of them.
 * Where the table of processes cannot be read, it is our parent.
 */
export function clientProcess(parent = process.ppid): string {
  let pid = parent;
  for (let step = 0; step < MOST_STEPS; step++) {
    const above = starterOf(pid);
    if (above === undefined || above <= 1) break;
    pid = above;
  }
  return `${pid}-${startTimeOf(pid) ?? ''}`;
}

/** The parent of `pid` when that is a starter. An interactive shell is none: what it starts, a person does. */
function starterOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const [, first, second] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0', 3) as string[];
    const starts = STARTERS.test(name) && (name.startsWith('np') || first === '-c' || second === '-c');
    return starts ? Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) : undefined;
  } catch {
    return undefined;
  }
}
