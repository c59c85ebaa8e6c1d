import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from '../names-in.ts';
import { isRunning, type ProcessId } from './announced.ts';

/**
 * The processes that files in a folder are called after, by the number and the start that `pattern` finds in a name, and that
 * still run. Files of the others, which were killed before they could take them away, are taken away.
 */
export function runningIn(folder: string, pattern: RegExp): ProcessId[] {
  const found: ProcessId[] = [];
  for (const name of namesIn(folder)) {
    const [, pid, start] = pattern.exec(name) ?? [];
    if (pid === undefined || start === undefined) continue;
    const owner = { pid: Number(pid), start };
    if (isRunning(owner)) found.push(owner);
    else rmSync(join(folder, name), { force: true });
  }
  return found;
}
