import { Keyring } from '../../backends/registry/keyring.ts';
import { LockStore } from '../../backends/registry/lock-store.ts';
import type { Sources } from '../../lib/config/files/choose.ts';
import { readPlain } from '../../lib/config/files/source.ts';
import { isLockfileTrusted, keepTrust } from '../../lib/config/project/lockfile-trust.ts';
import type { LockedBackend } from '../../lib/model/registry.ts';
import { pinsOf } from '../../lib/registry/lockfile.ts';
import { type SealingKey, type SealState, sealed, sealState } from '../../lib/registry/seal.ts';
import { isVouched, unvouched } from '../../lib/registry/vouched.ts';

/** What is pinned of one backend, and how far it is believed. */
export interface Section {
  /** Without approvals and effects where nobody vouches for them. */
  readonly pins: LockedBackend | undefined;
  readonly seal: SealState;
  readonly vouched: boolean;
}

/** A lockfile with the key of the user, for the commands that look at it and change it. */
export class LockAccess {
  readonly path: string;
  readonly #sources: Sources;
  readonly #keyring: Keyring;
  readonly #store: LockStore;
  readonly #trusted: boolean;

  constructor(path: string, sources: Sources) {
    this.path = path;
    this.#sources = sources;
    this.#keyring = new Keyring(sources.folders.configFile);
    this.#store = new LockStore(path);
    this.#trusted = isLockfileTrusted(path, sources, readPlain);
  }

  /** The sections of these backends. Throws a `LockfileFault` for a file that cannot be believed. */
  sections(names: readonly string[]): Map<string, Section> {
    const file = this.#store.read();
    const key = this.#keyring.existing();
    return new Map(names.map((name) => [name, this.#section(name, pinsOf(file, name), key)]));
  }

  /** Changes the section of one backend in what the file holds by then, and seals it. */
  async change(name: string, change: (before: LockedBackend | undefined) => LockedBackend): Promise<void> {
    const key = this.#keyring.own();
    const renew = keepTrust(this.path, this.#sources, readPlain);
    const sealing = (before: LockedBackend | undefined) =>
      sealed(name, change(this.#section(name, before, key).pins), key);
    await this.#store.update(new Map([[name, sealing]]));
    renew();
  }

  #section(name: string, pins: LockedBackend | undefined, key: SealingKey | undefined): Section {
    if (pins === undefined) return { pins, seal: 'none', vouched: true };
    const seal = sealState(name, pins, key);
    const vouched = isVouched(seal, this.#trusted);
    return { pins: vouched ? pins : unvouched(pins), seal, vouched };
  }
}
