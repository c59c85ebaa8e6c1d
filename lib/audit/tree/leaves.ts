import { peakSizes } from './compact-range.ts';
import { nodeHash } from './hashes.ts';

/** The leaves of a tree from one on; of those before it only the roots of the complete subtrees are known. */
export class Leaves {
  readonly first: number;
  readonly #before = new Map<string, string>();
  readonly #hashes: string[] = [];

  constructor(first = 0, peaks: readonly string[] = []) {
    this.first = first;
    let from = 0;
    for (const [at, size] of peakSizes(first).entries()) {
      this.#before.set(`${from} ${from + size}`, peaks[at]!);
      from += size;
    }
  }

  get size(): number {
    return this.first + this.#hashes.length;
  }

  append(leaf: string): void {
    this.#hashes.push(leaf);
  }

  /** The hashes that lead from leaf `index` to the root of the first `size` leaves, the leaf's neighbour first. */
  inclusion(index: number, size: number): string[] {
    if (index < this.first || index >= size || size > this.size) throw new RangeError('no such leaf');
    const path: string[] = [];
    for (let from = 0, to = size; to - from > 1; ) {
      const middle = from + split(to - from);
      const isLeft = index < middle;
      path.push(isLeft ? this.#root(middle, to) : this.#root(from, middle));
      if (isLeft) to = middle;
      else from = middle;
    }
    return path.reverse();
  }

  /** Root over the leaves `[from, to)`, a range the tree is divided into. */
  #root(from: number, to: number): string {
    const known = this.#before.get(`${from} ${to}`);
    if (known !== undefined) return known;
    if (to - from === 1) return this.#leaf(from);
    const middle = from + split(to - from);
    return nodeHash(this.#root(from, middle), this.#root(middle, to));
  }

  #leaf(index: number): string {
    const leaf = this.#hashes[index - this.first];
    if (leaf === undefined) throw new RangeError('the leaf is not known');
    return leaf;
  }
}

/** How many of `count` leaves are left of the root: the largest power of two below it. */
function split(count: number): number {
  return 2 ** (Math.ceil(Math.log2(count)) - 1);
}
