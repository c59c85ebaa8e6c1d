import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keysOf, namedKeys, pointerTo } from '../../../lib/model/json-pointer.ts';

const POINTERS: readonly [pointer: string, keys: readonly string[]][] = [
  ['', []],
  ['/', ['']],
  ['/a/0', ['a', '0']],
  ['/a~1b/c~0d', ['a/b', 'c~d']],
  ['/~01', ['~1']],
  ['/a//', ['a', '', '']],
];

for (const [pointer, keys] of POINTERS) {
  test(`"${pointer}" is ${keys.length} keys, there and back`, () => {
    assert.deepEqual(keysOf(pointer), keys);
    assert.equal(pointerTo(keys), pointer);
  });
}

test('a plain name is one key, whatever is in it', () => {
  assert.deepEqual(namedKeys('a/b~1'), ['a/b~1']);
  assert.deepEqual(namedKeys('/a/b~1'), ['a', 'b/']);
  assert.deepEqual(namedKeys(''), ['']);
});
