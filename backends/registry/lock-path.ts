import { join } from 'node:path';
import type { RegistryConfig } from '../../lib/model/registry.ts';

/** The lockfile of a backend: the one of the config, else a file of its own in the state folder. */
export function lockPath({ lockfile }: RegistryConfig, stateDir: string, fingerprint: string): string {
  return lockfile ?? join(stateDir, 'pins', `${fingerprint}.json`);
}
