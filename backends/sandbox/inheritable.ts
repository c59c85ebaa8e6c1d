import { readdirSync, readFileSync } from 'node:fs';

/** O_CLOEXEC of fcntl(2), as proc(5) prints it. */
const CLOSED_ON_EXEC = 0o2000000;

/**
 * Descriptors above the standard ones that every program we start has open as well (Linux). Node opens its own so that
 * none has, so these are what we were started with; a folder among them would be a way out of a sandbox.
 */
export function inheritable(folder = '/proc/self/fdinfo'): number[] {
  return readdirSync(folder)
    .map(Number)
    .filter((descriptor) => descriptor > 2 && isPassedOn(`${folder}/${descriptor}`));
}

function isPassedOn(file: string): boolean {
  try {
    const [, flags] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(file, 'latin1')) ?? [];
    return flags === undefined || (parseInt(flags, 8) & CLOSED_ON_EXEC) === 0;
  } catch {
    // That of the folder itself, which is closed by now.
    return false;
  }
}
