/**
 * Keeps what was used lately, bounded in number and in weight. There are two generations: what is used moves to the young
 * one, and when that is full the old one is forgotten. Looking up moves nothing else, so it costs as little as it can.
 */
export class BoundedCache<T> {
  readonly #most: number;
  readonly #mostWeight: number;
  #young = new Map<string, { readonly value: T; readonly weight: number }>();
  #old = new Map<string, { readonly value: T; readonly weight: number }>();
  /** Of the young generation. */
  #weight = 0;

  /** At most so many, and so much weight, over both generations. */
  constructor(most: number, mostWeight: number) {
    this.#most = most / 2;
    this.#mostWeight = mostWeight / 2;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  get(key: string): T | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young.value;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.set(key, old.value, old.weight);
    return old.value;
  }

  set(key: string, value: T, weight: number): void {
    this.delete(key);
    if (this.#young.size >= this.#most || this.#weight + weight > this.#mostWeight) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#weight = 0;
    }
    this.#young.set(key, { value, weight });
    this.#weight += weight;
  }

  delete(key: string): void {
    this.#weight -= this.#young.get(key)?.weight ?? 0;
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#weight = 0;
  }
}
