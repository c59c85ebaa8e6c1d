import { EMPTY_ROOT, isHash, nodeHash } from './hashes.ts';

/**
 * A tree of which only the roots of its complete subtrees are kept: as many as its size has binary ones. That is enough
 * to add leaves and to have the root at any time.
 */
export class CompactRange {
  #size: number;
  /** Largest subtree first. */
  readonly #peaks: string[];

  /** Throws when `size` leaves do not have that many subtrees. */
  constructor(size = 0, peaks: readonly string[] = []) {
    if (!Number.isSafeInteger(size) || size < 0 || peakSizes(size).length !== peaks.length)
      throw new Error(`a tree of ${size} leaves does not have ${peaks.length} complete subtrees`);
    if (!peaks.every(isHash)) throw new Error('that is no hash');
    this.#size = size;
    this.#peaks = [...peaks];
  }

  get size(): number {
    return this.#size;
  }

  get peaks(): readonly string[] {
    return [...this.#peaks];
  }

  /** Adds a leaf by its hash. */
  append(leaf: string): void {
    let node = leaf;
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) node = nodeHash(this.#peaks.pop()!, node);
    this.#peaks.push(node);
    this.#size++;
  }

  root(): string {
    return this.#peaks.length === 0 ? EMPTY_ROOT : this.#peaks.reduceRight((right, left) => nodeHash(left, right));
  }
}

/** How many leaves each complete subtree of a tree has, the largest first. */
export function peakSizes(size: number): number[] {
  const sizes: number[] = [];
  for (let rest = size; rest > 0; ) {
    const largest = 2 ** Math.floor(Math.log2(rest));
    sizes.push(largest);
    rest -= largest;
  }
  return sizes;
}
