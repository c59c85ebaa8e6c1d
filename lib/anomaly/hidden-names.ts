import { createHmac } from 'node:crypto';

/** Hashes kept at hand, so that a name is hashed once. */
const MOST_KEPT = 4096;
const HASH_CHARACTERS = 12;

/** Names of arguments as hashes with a key of this machine: the same name is known again, and none can be read. */
export class HiddenNames {
  readonly #key: string;
  readonly #known = new Map<string, string>();

  constructor(key: string) {
    this.#key = key;
  }

  of(name: string): string {
    let hash = this.#known.get(name);
    if (hash === undefined) {
      hash = createHmac('sha256', this.#key).update(name).digest('base64url').slice(0, HASH_CHARACTERS);
      if (this.#known.size >= MOST_KEPT) this.#known.clear();
      this.#known.set(name, hash);
    }
    return hash;
  }
}
