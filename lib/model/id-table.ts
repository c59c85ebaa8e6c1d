const SLOTS = 256;

/**
 * What runs, by id. Numbers, which most ids are, have a slot of a ring each; ids that meet in one slot, and texts,
 * share a map. A map alone would do, but with entries that come and go all the time it makes garbage the collector
 * cannot see through: every table it outgrows holds on to the next one.
 */
export class IdTable<V> {
  readonly #ids: (number | undefined)[] = new Array(SLOTS).fill(undefined);
  readonly #values: (V | undefined)[] = new Array(SLOTS).fill(undefined);
  readonly #others = new Map<string | number, V>();
  #inRing = 0;

  get size(): number {
    return this.#inRing + this.#others.size;
  }

  has(id: string | number): boolean {
    return this.get(id) !== undefined;
  }

  get(id: string | number): V | undefined {
    if (typeof id === 'number') {
      const slot = id & (SLOTS - 1);
      if (this.#ids[slot] === id) return this.#values[slot];
    }
    return this.#others.size === 0 ? undefined : this.#others.get(id);
  }

  set(id: string | number, value: V): void {
    const slot = typeof id === 'number' ? id & (SLOTS - 1) : -1;
    if (slot === -1 || this.#others.has(id) || (this.#ids[slot] !== undefined && this.#ids[slot] !== id)) {
      this.#others.set(id, value);
      return;
    }
    if (this.#ids[slot] === undefined) this.#inRing++;
    this.#ids[slot] = id as number;
    this.#values[slot] = value;
  }

  delete(id: string | number): void {
    const slot = typeof id === 'number' ? id & (SLOTS - 1) : -1;
    if (slot === -1 || this.#ids[slot] !== id) {
      if (this.#others.size > 0) this.#others.delete(id);
      return;
    }
    this.#ids[slot] = undefined;
    this.#values[slot] = undefined;
    this.#inRing--;
  }

  clear(): void {
    this.#ids.fill(undefined);
    this.#values.fill(undefined);
    this.#others.clear();
    this.#inRing = 0;
  }

  /** The values there are now, in no order that means anything. */
  values(): V[] {
    const ring = this.#inRing === 0 ? [] : this.#values.filter((value): value is V & {} => value !== undefined);
    return this.#others.size === 0 ? ring : [...ring, ...this.#others.values()];
  }
}
