import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileSchema } from '../../../../lib/parse/json-schema.ts';
import { KEYWORD_CASES } from '../../../support/schema/keyword-cases.ts';
import { REFERENCE_CASES } from '../../../support/schema/reference-cases.ts';
import { fits } from './support.ts';

for (const [what, schema, good, bad] of [...KEYWORD_CASES, ...REFERENCE_CASES]) {
  test(what, async () => {
    for (const value of good) assert.ok(await fits(schema, value), `fits: ${JSON.stringify(value)}`);
    for (const value of bad) assert.ok(!(await fits(schema, value)), `does not fit: ${JSON.stringify(value)}`);
  });
}

test('what had to be left out is noted once', async () => {
  const schema = {
    type: 'str',
    properties: {
      a: { type: 'int', pattern: '(?=a)' },
      b: { patternProperties: { '(?!b)': {} }, additionalProperties: false },
    },
  };
  const compiled = await compileSchema(schema);
  assert.equal(compiled.fault({ a: 'x', b: { anything: 1 } }, 10), undefined);
  assert.deepEqual(compiled.notes, [
    'an unknown type is left out',
    'a pattern that cannot be matched in linear time is left out',
  ]);
});
