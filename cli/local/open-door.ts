import { runFolderOf } from '../../backends/local/run-folder.ts';
import { folders } from '../../lib/config/folders.ts';
import { usableStateDir } from '../../lib/config/state-dir.ts';
import type { ServingMode } from '../../lib/model/live-status.ts';
import { osUser } from '../identity/os-user.ts';
import { type DoorGround, LocalDoor } from './door.ts';

/** The local socket of a gateway that is being put together; it is opened later, and only when it is of use. */
export function openDoor(
  ground: Omit<DoorGround, 'folder' | 'mode' | 'user'>,
  { overrides }: { readonly overrides: { readonly only?: unknown; readonly serving?: boolean | undefined } },
): LocalDoor {
  const mode: ServingMode = overrides.only !== undefined ? 'wrap' : overrides.serving === true ? 'serve' : 'run';
  const folder = runFolderOf(ground.stateDir, folders().fallbackDir);
  return new LocalDoor({ ...ground, folder, mode, user: osUser() });
}

/** The folder in which gateways that are started as we were have their sockets. */
export function usualRunFolder(): string {
  const own = folders();
  return runFolderOf(usableStateDir(own), own.fallbackDir);
}

/** Every folder in which gateways of this user may have their sockets. */
export function runFolders(): string[] {
  const own = folders();
  return [...new Set([own.stateDir, own.fallbackDir].map((dir) => runFolderOf(dir, own.fallbackDir)))];
}
