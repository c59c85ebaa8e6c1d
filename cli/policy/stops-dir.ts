import { join } from 'node:path';
import { folders } from '../../lib/config/folders.ts';

/** Where the stops of this user are. */
export function stopsDir(): string {
  return join(folders().stateDir, 'stops');
}
