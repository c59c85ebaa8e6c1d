/** How closely the keys of one object are watched. */
export const Watch = { none: 0, exact: 1, folded: 2 } as const;
export type Watch = (typeof Watch)[keyof typeof Watch];

/** Below this many keys a linear search beats building a Set. */
const LINEAR = 12;

/**
 * Folds a key the way lenient decoders do (Go's `encoding/json` matches `Method`, and even `ſ` for `s`,
 * to the field `method`), so that two keys such a reader would confuse compare equal.
 */
export function fold(key: string): string {
  return isPlainLowerCase(key) ? key : foldSlowly(key);
}

function isPlainLowerCase(key: string): boolean {
  for (let i = 0; i < key.length; i++) {
    const c = key.charCodeAt(i);
    if (c > 0x7f || (c >= 0x41 && c <= 0x5a)) return false;
  }
  return true;
}

function foldSlowly(key: string): string {
  return key.toLowerCase().replaceAll('\u017f', 's').replaceAll('\u212a', 'k');
}

/** The keys one object has shown so far; reports the first one a reader could confuse with another. */
export class KeyRing {
  #watch: Watch = Watch.none;
  /** Only the first `#count` entries are of this object; the rest is kept to be written over. */
  readonly #keys: string[] = [];
  readonly #folded: string[] = [];
  #count = 0;
  #large: Set<string> | undefined;
  #largeFolded: Set<string> | undefined;
  /** The last key added, folded; empty unless keys are watched folded. */
  lastFolded = '';

  reset(watch: Watch): void {
    this.#watch = watch;
    this.#count = 0;
    this.#large = undefined;
    this.#largeFolded = undefined;
  }

  get watched(): boolean {
    return this.#watch !== Watch.none;
  }

  /** Adds `key`; answers what is wrong with it, if anything. */
  add(key: string): 'duplicate' | 'confusable' | undefined {
    const folded = this.#watch === Watch.folded ? fold(key) : key;
    this.lastFolded = folded;
    if (this.#large !== undefined) return this.#addLarge(key, folded);
    for (let i = 0; i < this.#count; i++) {
      if (this.#keys[i] === key) return 'duplicate';
      if (this.#folded[i] === folded) return 'confusable';
    }
    this.#keys[this.#count] = key;
    this.#folded[this.#count] = folded;
    if (++this.#count === LINEAR) {
      this.#large = new Set(this.#keys);
      this.#largeFolded = new Set(this.#folded);
    }
    return undefined;
  }

  #addLarge(key: string, folded: string): 'duplicate' | 'confusable' | undefined {
    if (this.#large!.has(key)) return 'duplicate';
    if (this.#largeFolded!.has(folded)) return 'confusable';
    this.#large!.add(key);
    this.#largeFolded!.add(folded);
    return undefined;
  }
}
