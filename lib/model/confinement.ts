import type { MountPath } from './sandbox.ts';

/** What one backend may touch of the file system, as policy and its sandbox section say it; absolute paths. */
export interface Confinement {
  /** Undefined: everything but what is hidden. */
  readonly read: readonly MountPath[] | undefined;
  readonly write: readonly MountPath[];
  /** Read, and never written to, though it may lie in what is. */
  readonly protect: readonly string[];
  /** Credentials and what is denied by name. */
  readonly hide: readonly string[];
  /** Our own files and folders, which are never there. */
  readonly own: readonly string[];
}
