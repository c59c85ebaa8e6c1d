import type { PresetSandbox } from './preset.ts';

/**
 * What every browser needs: more memory than other servers, and a socket in its profile by which a second one finds
 * the first. Its own sandbox cannot be built inside another, so servers are told to start it without.
 */
export const BROWSER: PresetSandbox = {
  network: 'proxy',
  folders: 'project',
  narrow: true,
  /** Where memory is held by RLIMIT_DATA, what a page reserves and never uses counts: with 4 GB no page opens. */
  memoryBytes: 8e9,
  unixSockets: true,
};
