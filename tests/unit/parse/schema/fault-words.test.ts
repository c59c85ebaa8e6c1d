import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEYWORD_CASES } from '../../../support/schema/keyword-cases.ts';
import { REFERENCE_CASES } from '../../../support/schema/reference-cases.ts';
import { faultIn } from './support.ts';

const WORDS: readonly [schema: unknown, value: unknown, at: string, expected: string][] = [
  [{ required: ['a/b~c'] }, {}, '/a~1b~0c', 'is required'],
  [{ properties: { a: { type: 'string' } } }, { a: 1 }, '/a', 'must be a string'],
  [{ type: ['integer', 'null'] }, 'x', '', 'must be an integer or null'],
  [{ properties: { a: { items: { enum: ['x', 'y'] } } } }, { a: ['x', 'z'] }, '/a/1', 'must be one of "x", "y"'],
  [{ const: 'x' }, 'y', '', 'must be "x"'],
  [{ enum: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] }, 0, '', 'must be one of 1, 2, 3, 4, 5, 6, 7, 8, 2 more'],
  [{ enum: ['a\u202eb'.padEnd(100, 'x')] }, 0, '', `must be "a\\u202eb${'x'.repeat(51)}…`],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }, { type: 'string' }] }, 1, '', 'must be a string or null'],
  [{ anyOf: [{ type: 'string' }, { minimum: 5 }] }, 1, '', 'must have one of the forms its schema allows'],
  [{ oneOf: [{}, {}] }, 1, '', 'must have exactly one of the forms its schema allows'],
  [{ additionalProperties: false }, { a: 1 }, '/a', 'is not declared'],
  [
    { properties: { p: {}, q: {} }, additionalProperties: false },
    { a: 1 },
    '/a',
    'is not declared; declared are "p", "q"',
  ],
  [{ dependentRequired: { a: ['b'] } }, { a: 1 }, '/b', 'is required beside "a"'],
  [{ propertyNames: { maxLength: 1 } }, { ab: 1 }, '/ab', 'must not be called that'],
  [{ minimum: 5 }, 1, '', 'must be at least 5'],
  [{ maximum: 5, exclusiveMaximum: true }, 5, '', 'must be less than 5'],
  [{ minimum: 5, exclusiveMinimum: true }, 5, '', 'must be more than 5'],
  [{ maximum: 5 }, 6, '', 'must be at most 5'],
  [{ multipleOf: 5 }, 6, '', 'must be a multiple of 5'],
  [{ maxLength: 1 }, 'ab', '', 'must be at most 1 characters long'],
  [{ pattern: '^secret-rule$' }, 'ab', '', 'must match the pattern its schema gives'],
  [{ not: {} }, 1, '', 'must not have the form its schema rules out'],
  [{ properties: { a: false } }, { a: 1 }, '/a', 'must not be there'],
  [{ contains: { type: 'string' } }, [1], '', 'must hold more of the elements its schema asks for'],
  [{ contains: true, maxContains: 0, minContains: 0 }, [1], '', 'must hold fewer of the elements its schema asks for'],
];

for (const [schema, value, at, expected] of WORDS) {
  test(`${JSON.stringify(value)} is told by ${JSON.stringify(schema)} that it ${expected}`, async () => {
    assert.deepEqual(await faultIn(schema, value), { at, expected });
  });
}

test('no word about a fault holds a value of the call', async () => {
  for (const [, schema, , bad] of [...KEYWORD_CASES, ...REFERENCE_CASES]) {
    for (const value of bad) {
      const marked = JSON.parse(
        JSON.stringify(value).replaceAll('"x"', '"HIDDEN"').replaceAll('"abc"', '"HIDDEN"'),
      ) as unknown;
      assert.doesNotMatch((await faultIn(schema, marked))?.expected ?? '', /HIDDEN/);
    }
  }
});
