import { isHash, nodeHash } from './hashes.ts';

/**
 * Whether `leaf` is the one at `index` of the `size` leaves under `root`, which `path` is to prove (RFC 9162, 2.1.3.2).
 * A path with a hash too many or too few proves nothing.
 */
export function isIncluded(leaf: string, index: number, size: number, path: readonly string[], root: string): boolean {
  if (!(Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size)) return false;
  if (!path.every(isHash)) return false;
  let node = leaf;
  let at = index;
  let last = size - 1;
  for (const hash of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      node = nodeHash(hash, node);
      // The last node of an odd level has no neighbour there: it stands for itself one level up.
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else node = nodeHash(node, hash);
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && node === root;
}
