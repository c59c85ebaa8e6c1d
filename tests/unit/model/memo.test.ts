import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byName } from '../../../lib/model/memo.ts';

/** A memo of lengths that says how often it had to look. */
function counted(): { readonly lengthOf: (name: string) => number; readonly looks: () => number } {
  let looks = 0;
  const lengthOf = byName((name) => {
    looks += 1;
    return name.length;
  });
  return { lengthOf, looks: () => looks };
}

test('a name is looked at once, also when what is found of it is false', () => {
  let looks = 0;
  const never = byName(() => {
    looks += 1;
    return false;
  });
  assert.deepEqual([never('path'), never('path'), looks], [false, false, 1]);
});

test('names that are members of every object are names like others', () => {
  const { lengthOf, looks } = counted();
  assert.deepEqual([lengthOf('__proto__'), lengthOf('constructor'), lengthOf('__proto__')], [9, 11, 9]);
  assert.equal(looks(), 2);
});

test('a long name is answered and not kept', () => {
  const { lengthOf, looks } = counted();
  const [kept, long] = ['x'.repeat(256), 'x'.repeat(257)];
  assert.deepEqual([kept, long, kept, long].map(lengthOf), [256, 257, 256, 257]);
  assert.equal(looks(), 3);
});

test('thousands of names that come once are not kept for ever', () => {
  const { lengthOf, looks } = counted();
  for (let index = 0; index < 2001; index++) lengthOf(`name${index}`);
  assert.equal(lengthOf('name2000'), 8);
  assert.equal(looks(), 2001);
  assert.equal(lengthOf('name0'), 5);
  assert.equal(looks(), 2002);
});
