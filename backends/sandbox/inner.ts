import { readFileSync } from 'node:fs';

/**
 * The backend itself behind a bwrap process: the only child of its only child, by the kernel's own list (proc(5)).
 * Undefined while it has not been started, or where the kernel keeps no such list.
 */
export function innerProcess(outer: number): number | undefined {
  const first = onlyChild(outer);
  return first === undefined ? undefined : onlyChild(first);
}

function onlyChild(pid: number): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ');
    return child === undefined || child === '' ? undefined : Number(child);
  } catch {
    return undefined;
  }
}
