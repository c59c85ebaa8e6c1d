import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Literals } from '../../../lib/parse/literals.ts';

test('the first of the literals that a text holds is found, wherever it stands and whatever overlaps', () => {
  const found = (literals: readonly string[], text: string) => {
    // What is long enough is searched in another way, which must find the same.
    const long = new Literals([...literals, 'z'.repeat(2000)]).firstIn(`${text}${'y'.repeat(2000)}`);
    assert.equal(new Literals(literals).firstIn(text), long);
    return long;
  };
  assert.equal(found(['she', 'he', 'hers'], 'ushers'), 0);
  assert.equal(found(['hers', 'he', 'she'], 'ushers'), 0);
  assert.equal(found(['x', 'he'], 'ushers'), 1);
  assert.equal(found(['abcd', 'bc'], 'abce'), 1);
  assert.equal(found(['bc', 'abcd', 'bc'], 'abcd'), 0);
  assert.equal(found(['\ufffe\u0161'], 'a\ufffe\u0161'), 0);
  assert.equal(found(['a'], ''), -1);
  assert.equal(found([], 'a'), -1);
});

test('what is found is what a search for each alone finds', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 40 });
  const literal = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(literal, { maxLength: 8 }), text, (literals, where) => {
      assert.equal(
        new Literals([...literals, 'z'.repeat(2000)]).firstIn(`${where}${'y'.repeat(2000)}`),
        literals.findIndex((one) => where.includes(one)),
      );
    }),
    { numRuns: 300 },
  );
});

test('a text that nearly holds long literals everywhere is searched in one pass', () => {
  const literals = Array.from({ length: 100 }, (_, index) => `${index}${'a'.repeat(400)}${index}`);
  const more = Array.from({ length: 100 }, (_, index) => `${'a'.repeat(400 + index)}b`);
  const begun = performance.now();
  for (const all of [literals, more]) assert.equal(new Literals(all).firstIn('a'.repeat(2_000_000)), -1);
  assert.ok(performance.now() - begun < 10_000);
});
