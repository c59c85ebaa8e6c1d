import type { LockedBackend, Lockfile } from '../../lib/model/registry.ts';
import { canonical } from '../../lib/registry/canonical.ts';
import { pinsOf } from '../../lib/registry/lockfile.ts';
import type { FoundSection, PinFiles } from '../../lib/registry/pin-files.ts';
import { quickSection } from '../../lib/registry/quick-read.ts';
import { type SealingKey, sealed, sealState } from '../../lib/registry/seal.ts';
import type { Keyring } from './keyring.ts';
import { LockStore } from './lock-store.ts';

/** Where pins lie, and how far each file is believed. */
export interface PinPlaces {
  /** The lockfile in which a backend has its section. */
  pathOf(backend: string): string;
  isTrusted(path: string): boolean;
  /** To be called before a trusted file is changed by us; what it resolves with makes it trusted again afterwards. */
  keepTrust(path: string): Promise<() => void>;
}

/** A lockfile that was read, and what `JSON.parse` makes of it. */
interface ReadFile {
  readonly store: LockStore;
  readonly plain: unknown;
  /** Read with care, which takes a hundred times as long. */
  careful: Lockfile | undefined;
}

/** Lockfiles as a gateway uses them: read once each, and written when something was seen for the first time. */
export class PinStore implements PinFiles {
  readonly #places: PinPlaces;
  readonly #keyring: Keyring;
  readonly #read = new Map<string, ReadFile>();
  #key: { readonly found: SealingKey | undefined } | undefined;

  constructor(places: PinPlaces, keyring: Keyring) {
    this.#places = places;
    this.#keyring = keyring;
  }

  read(backend: string): FoundSection | undefined {
    const path = this.#places.pathOf(backend);
    const file = this.#file(path);
    if (file.plain === undefined) return undefined;
    this.#key ??= { found: this.#keyring.existing() };
    const { found: key } = this.#key;
    const quick = key && quickSection(file.plain, backend, key);
    if (quick !== undefined) return { locked: quick, seal: 'own', trusted: false };
    file.careful ??= file.store.read();
    const locked = pinsOf(file.careful, backend);
    return locked && { locked, seal: sealState(backend, locked, key), trusted: this.#places.isTrusted(path) };
  }

  async keep(
    backend: string,
    learned: LockedBackend,
    before: LockedBackend | undefined,
  ): Promise<FoundSection | undefined> {
    const path = this.#places.pathOf(backend);
    const key = this.#keyring.own();
    const renew = await this.#places.keepTrust(path);
    const change = (now: LockedBackend | undefined) => (isSame(now, before) ? sealed(backend, learned, key) : now);
    const file = await new LockStore(path).update(new Map([[backend, change]]));
    renew();
    const locked = pinsOf(file, backend);
    if (locked === undefined) return undefined;
    return { locked, seal: sealState(backend, locked, key), trusted: this.#places.isTrusted(path) };
  }

  #file(path: string): ReadFile {
    let file = this.#read.get(path);
    if (file === undefined) {
      const store = new LockStore(path);
      const { text } = store;
      file = { store, plain: text === undefined ? undefined : plainly(text), careful: undefined };
      this.#read.set(path, file);
    }
    return file;
  }
}

/** Null for what is no JSON, so that it is read with care and the fault is told. */
function plainly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isSame(a: LockedBackend | undefined, b: LockedBackend | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && marksOf(a) === marksOf(b));
}

function marksOf({ launch, server, items, seal }: LockedBackend): string {
  return canonical([launch, server, seal ?? null, items.map(({ kind, id, hash }) => [kind, id, hash])]);
}
