import { generateKeyPairSync } from 'node:crypto';
import type { LockedBackend } from '../../../lib/model/registry.ts';
import type { FoundSection, PinFiles } from '../../../lib/registry/pin-files.ts';
import { type SealingKey, sealed, sealingKey, sealState } from '../../../lib/registry/seal.ts';

/** A key of somebody. */
export function someKey(): SealingKey {
  return sealingKey(generateKeyPairSync('ed25519').privateKey);
}

/** Lockfile and key of a user, in memory. */
export class PinsInMemory implements PinFiles {
  readonly key = someKey();
  readonly sections = new Map<string, LockedBackend>();
  /** The file lies where only those write who may approve. */
  trusted = false;
  /** What reading ends with. */
  failure: Error | undefined;
  /** Called after something was kept. */
  onKept: () => void = () => {};

  read(backend: string): FoundSection | undefined {
    if (this.failure !== undefined) throw this.failure;
    const locked = this.sections.get(backend);
    return locked && { locked, seal: sealState(backend, locked, this.key), trusted: this.trusted };
  }

  async keep(backend: string, learned: LockedBackend, before: LockedBackend | undefined) {
    if (this.sections.get(backend) === before) this.sections.set(backend, sealed(backend, learned, this.key));
    this.onKept();
    return this.read(backend);
  }

  /** Changes a section and seals it as the user would. */
  change(backend: string, change: (before: LockedBackend) => LockedBackend, key = this.key): void {
    this.sections.set(backend, sealed(backend, change(this.sections.get(backend)!), key));
  }

  /** A person looks at all that is pinned and approves it. */
  approve(backend: string): void {
    const approved = { by: 'ana', at: '2026-11-21T12:00:00Z' };
    this.change(backend, (before) => ({ ...before, items: before.items.map((item) => ({ ...item, approved })) }));
  }
}
