import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { CompactRange } from '../../../lib/audit/tree/compact-range.ts';
import { EMPTY_ROOT, fromBase64, leafHash, leafHashAt, toBase64 } from '../../../lib/audit/tree/hashes.ts';

/** Leaves and roots with which implementations of RFC 6962 are commonly compared. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test('the tree is that of RFC 6962', () => {
  const tree = new CompactRange();
  assert.equal(tree.root(), ROOTS[0]);
  assert.equal(EMPTY_ROOT, ROOTS[0]);
  for (const [i, leaf] of LEAVES.entries()) {
    tree.append(leafHash(Buffer.from(leaf, 'hex')));
    assert.equal(tree.root(), ROOTS[i + 1]);
  }
});

test('a leaf is hashed where it stands as it is by itself, and the bytes of it stay', () => {
  const bytes = Buffer.from('x{"a":1}\nrest');
  const expected = createHash('sha256').update('\0{"a":1}').digest('hex');
  assert.equal(leafHashAt(bytes, 1, 8), expected);
  assert.equal(leafHash(Buffer.from('{"a":1}')), expected);
  assert.equal(bytes.toString('latin1', 1), '{"a":1}\nrest');
});

test('a tree is taken up again from its complete subtrees, and from no others', () => {
  const whole = new CompactRange();
  for (let i = 0; i < 13; i++) whole.append(leafHash(Buffer.from(String(i))));
  const again = new CompactRange(13, whole.peaks);
  assert.equal(again.root(), whole.root());
  for (const tree of [whole, again]) tree.append(leafHash(Buffer.from('next')));
  assert.equal(again.root(), whole.root());
  assert.throws(() => new CompactRange(12, whole.peaks));
  assert.throws(() => new CompactRange(1, ['no hash']));
  assert.throws(() => new CompactRange(-1));
  assert.throws(() => new CompactRange(1.5, [ROOTS[0]!]));
});

test('a hash has one base64 text', () => {
  const text = toBase64(ROOTS[1]!);
  assert.equal(fromBase64(text), ROOTS[1]);
  for (const other of [text.slice(0, -1), `${text}=`, ` ${text}`, text.replace('=', ''), 'AAAA', '', text.slice(4)])
    assert.equal(fromBase64(other), undefined, other);
});
