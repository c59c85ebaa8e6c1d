import { type Announced, announcedIn } from '../../backends/local/announced.ts';
import { LocalClient, LocalFault } from '../../backends/local/local-client.ts';
import { isRunFolderOf } from '../../backends/local/run-folder.ts';
import { folders } from '../../lib/config/folders.ts';
import { runFolders } from './open-door.ts';

/** A gateway that runs, and a connection to it. */
export interface Reached {
  readonly gateway: Announced;
  readonly client: LocalClient;
}

/** A gateway that runs and could not be spoken to. */
export interface Missed {
  readonly gateway: Announced;
  readonly why: string;
}

/** Gateways of this user that run, wherever their sockets are, with the folder of each. */
export function runningGateways(dirs: readonly string[] = runFolders()): [gateway: Announced, folder: string][] {
  const own = process.getuid?.() ?? -1;
  return dirs
    .filter((folder) => isRunFolderOf(own, folder, folders().fallbackDir))
    .flatMap((folder) => announcedIn(folder).map((gateway): [Announced, string] => [gateway, folder]));
}

/** Connects to all of them, or to the one with this process number. */
export async function reachGateways(pid?: number): Promise<{ readonly reached: Reached[]; readonly missed: Missed[] }> {
  const reached: Reached[] = [];
  const missed: Missed[] = [];
  for (const [gateway, folder] of runningGateways()) {
    if (pid !== undefined && gateway.pid !== pid) continue;
    try {
      reached.push({ gateway, client: await LocalClient.to(gateway, folder) });
    } catch (error) {
      if (!(error instanceof LocalFault)) throw error;
      missed.push({ gateway, why: error.message });
    }
  }
  return { reached, missed };
}
