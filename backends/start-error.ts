import { statSync } from 'node:fs';

/** Why a program could not be started, in words that say what to mend; the system blames the program for its folder. */
export function whyNotStarted(error: Error, command: string, cwd: string): string {
  if (!isFolder(cwd)) return `its working folder ${cwd} is not there`;
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return `${command} was not found`;
    case 'EACCES':
      return `${command} is not a program that may be run`;
    case 'ERR_INVALID_ARG_VALUE':
      return 'its command, arguments or variables hold a NUL byte';
    case 'E2BIG':
      return 'its arguments and variables are too long';
    default:
      return error.message;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
