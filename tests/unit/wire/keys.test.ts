import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fold, KeyRing, Watch } from '../../../lib/wire/keys.ts';

function ringOf(watch: Watch, ...keys: string[]): KeyRing {
  const ring = new KeyRing();
  ring.reset(watch);
  for (const key of keys) assert.equal(ring.add(key), undefined, key);
  return ring;
}

test('folding makes equal what a decoder that ignores case would take for the same field', () => {
  assert.equal(fold('method'), 'method');
  assert.equal(fold('Method'), 'method');
  assert.equal(fold('METHOD'), 'method');
  assert.equal(fold('param\u017f'), 'params', 'the long s');
  assert.equal(fold('ta\u212a'), 'tak', 'the Kelvin sign');
  assert.equal(fold('ÄÖ'), 'äö');
});

test('folding keeps apart what no decoder confuses', () => {
  for (const [a, b] of [
    ['name', 'names'],
    ['uri', 'url'],
    ['a-b', 'a_b'],
    ['é', 'e'],
    ['ß', 'ss'],
  ] as const) {
    assert.notEqual(fold(a), fold(b));
  }
});

test('a watched ring reports the same key as a duplicate, and another spelling as confusable', () => {
  const ring = ringOf(Watch.folded, 'path', 'Mode');
  assert.equal(ring.add('path'), 'duplicate');
  assert.equal(ring.add('Path'), 'confusable');
  assert.equal(ring.add('mode'), 'confusable');
  assert.equal(ring.add('other'), undefined);
});

test('a ring that is watched exactly lets other spellings pass', () => {
  const ring = ringOf(Watch.exact, 'path', 'Path', 'PATH');
  assert.equal(ring.add('Path'), 'duplicate');
});

test('a ring remembers every key, however many there are', () => {
  const keys = Array.from({ length: 40 }, (_, i) => `key${i}`);
  for (const watch of [Watch.exact, Watch.folded]) {
    const ring = ringOf(watch, ...keys);
    for (const key of keys) assert.equal(ring.add(key), 'duplicate', key);
    assert.equal(ring.add('KEY7'), watch === Watch.folded ? 'confusable' : undefined);
  }
});

test('a ring forgets all keys when the next object begins', () => {
  const ring = ringOf(Watch.folded, ...Array.from({ length: 20 }, (_, i) => `key${i}`));
  ring.reset(Watch.folded);
  assert.equal(ring.add('key1'), undefined);
  assert.equal(ring.add('KEY1'), 'confusable');
});
