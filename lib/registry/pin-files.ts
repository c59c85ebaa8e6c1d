import type { LockedBackend } from '../model/registry.ts';
import type { SealState } from './seal.ts';

/** What a lockfile holds of a backend, and how far it is believed. */
export interface FoundSection {
  readonly locked: LockedBackend;
  readonly seal: SealState;
  /** The file lies where only those can write who may decide what is approved. */
  readonly trusted: boolean;
}

/** Where pins are kept. */
export interface PinFiles {
  /** Throws a `LockfileFault` for what cannot be believed. */
  read(backend: string): FoundSection | undefined;
  /**
   * Seals and writes what was learned, unless the file holds something else than `before` by then. Resolves with what
   * it holds afterwards.
   */
  keep(backend: string, learned: LockedBackend, before: LockedBackend | undefined): Promise<FoundSection | undefined>;
}
