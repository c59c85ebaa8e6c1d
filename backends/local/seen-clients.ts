import { join } from 'node:path';
import { ownFolder } from '../../lib/model/own-folder.ts';
import { placeFile } from '../../lib/model/placed-file.ts';
import type { ProcessId } from './announced.ts';
import { runningIn } from './running-in.ts';

const NAME = /^(\d{1,10})-(\d{0,20})$/;

/**
 * Remembers a program that started a gateway for as long as it runs: ending its gateway must not make a person of it. `stateDir`
 * is that of all gateways of the user.
 */
export function rememberClient(stateDir: string, { pid, start }: ProcessId): void {
  if (pid <= 1) return;
  const folder = folderIn(stateDir);
  ownFolder(folder);
  placeFile(join(folder, `${pid}-${start}`), '');
}

/** The programs that started gateways and still run. The others are forgotten. */
export function seenClients(stateDir: string): ProcessId[] {
  return runningIn(folderIn(stateDir), NAME);
}

function folderIn(stateDir: string): string {
  return join(stateDir, 'clients');
}
