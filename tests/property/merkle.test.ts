import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { CompactRange } from '../../lib/audit/tree/compact-range.ts';
import { leafHash } from '../../lib/audit/tree/hashes.ts';
import { isIncluded } from '../../lib/audit/tree/inclusion.ts';
import { Leaves } from '../../lib/audit/tree/leaves.ts';

const sha = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

/** The tree as the definition has it, by recursion over all leaves. */
function naive(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha();
  if (leaves.length === 1) return sha(Buffer.of(0), leaves[0]!);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha(Buffer.of(1), naive(leaves.slice(0, split)), naive(leaves.slice(split)));
}

const someLeaves = fc.array(fc.uint8Array({ maxLength: 12 }), { minLength: 1, maxLength: 130 });

test('the tree is the one of the definition, at every size, and taken up again at any', () => {
  fc.assert(
    fc.property(someLeaves, fc.nat(), (leaves, at) => {
      const from = at % leaves.length;
      let tree = new CompactRange();
      for (const [i, leaf] of leaves.entries()) {
        if (i === from) tree = new CompactRange(tree.size, tree.peaks);
        tree.append(leafHash(leaf));
        assert.equal(tree.root(), naive(leaves.slice(0, i + 1).map((one) => Buffer.from(one))).toString('hex'));
      }
    }),
    { numRuns: 40 },
  );
});

test('each leaf is proven at each size, by all leaves or by those after some, and nothing else is', () => {
  fc.assert(
    fc.property(someLeaves, fc.nat(), fc.nat(), fc.nat(), fc.nat(), (raw, a, b, c, altered) => {
      const hashes = raw.map((leaf, i) => leafHash(Buffer.concat([leaf, Buffer.of(i)])));
      const size = 1 + (a % hashes.length);
      const index = b % size;
      const first = c % (index + 1);
      const before = new CompactRange();
      for (const hash of hashes.slice(0, first)) before.append(hash);
      const leaves = new Leaves(first, before.peaks);
      for (const hash of hashes.slice(first)) leaves.append(hash);
      const tree = new CompactRange();
      for (const hash of hashes.slice(0, size)) tree.append(hash);
      const [leaf, root] = [hashes[index]!, tree.root()];
      const path = leaves.inclusion(index, size);
      assert.ok(isIncluded(leaf, index, size, path, root));
      const other = leafHash(Buffer.from('something else'));
      assert.ok(!isIncluded(other, index, size, path, root));
      assert.ok(!isIncluded(leaf, index, size, path, other));
      assert.ok(!isIncluded(leaf, index, size, [...path, other], root));
      for (const wrong of [index + 1, index - 1, index + size, index ^ 1])
        assert.ok(!isIncluded(leaf, wrong, size, path, root));
      if (path.length === 0) return;
      const at = altered % path.length;
      assert.ok(!isIncluded(leaf, index, size, path.with(at, other), root));
      assert.ok(!isIncluded(leaf, index, size, path.slice(0, -1), root));
      assert.ok(!isIncluded(leaf, index, size, path.slice(1), root));
      assert.ok(!isIncluded(leaf, index, size, path.with(at, path[at]!.slice(2)), root));
    }),
    { numRuns: 300 },
  );
});
