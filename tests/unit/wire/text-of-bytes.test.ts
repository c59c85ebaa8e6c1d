import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodedInSlices, textOfBytes } from '../../../lib/wire/text-of-bytes.ts';

function decoded(literal: string): string {
  const bytes = Buffer.from(`[${literal}]`);
  const steps = decodedInSlices(bytes, 1, bytes.length - 1);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

const PIECES = ['\\\\', '\\n', '\\u00e9', '\\ud83d\\ude00', '😀', 'é', 'a plain one', '\\"', '€'];

test('a literal decoded in steps is the text it stands for, wherever the steps end', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 }), fc.nat(12), (pieces, shift) => {
      const inside = 'x'.repeat(shift) + pieces.join('').repeat(Math.ceil(600_000 / pieces.join('').length));
      assert.equal(decoded(`"${inside}"`), JSON.parse(`"${inside}"`));
    }),
    { numRuns: 25 },
  );
  for (const text of ['', 'a', '\\'.repeat(700_000)]) assert.equal(decoded(JSON.stringify(text)), text);
});

test('long texts are decoded as short ones are', () => {
  for (const text of ['short é', 'plain '.repeat(100), `${'plain '.repeat(100)}é😀`]) {
    const bytes = Buffer.from(`..${text}..`);
    assert.equal(textOfBytes(bytes, 2, bytes.length - 2), text);
  }
});
