import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRuleSchema, SchemaError } from '../../../../lib/parse/json-schema.ts';

const UNSOUND: readonly [schema: unknown, why: RegExp][] = [
  [{ additionalproperties: false }, /"additionalproperties" is no keyword/],
  [{ properties: { a: { type: 'str' } } }, /value of "type"/],
  [{ type: [] }, /value of "type"/],
  [{ enum: 'a' }, /value of "enum"/],
  [{ required: 'a' }, /value of "required"/],
  [{ required: [1] }, /value of "required"/],
  [{ maxLength: -1 }, /value of "maxLength"/],
  [{ maxLength: 1.5 }, /value of "maxLength"/],
  [{ multipleOf: 0 }, /value of "multipleOf"/],
  [{ allOf: [] }, /value of "allOf"/],
  [{ anyOf: [1] }, /value of "anyOf"/],
  [{ not: 1 }, /value of "not"/],
  [{ properties: { a: 1 } }, /value of "properties"/],
  [{ properties: [] }, /value of "properties"/],
  [{ items: 1 }, /value of "items"/],
  [{ dependencies: { a: 1 } }, /value of "dependencies"/],
  [{ dependentRequired: { a: 'b' } }, /value of "dependentRequired"/],
  [{ toString: 1 }, /"toString" is no keyword/],
  [{ properties: { a: { format: 'email' } } }, /"format" is not judged/],
  [{ $ref: '#/$defs/a' }, /leads nowhere/],
];

for (const [schema, why] of UNSOUND) {
  test(`an operator may not write ${JSON.stringify(schema)}`, () => {
    assert.throws(
      () => compileRuleSchema(schema),
      (error) => error instanceof SchemaError && why.test(error.message),
    );
  });
}

test('an operator may not write a pattern that is not linear', async () => {
  await assert.rejects(
    async () => compileRuleSchema({ properties: { a: { pattern: '(?=a)' } } }),
    /\(\?=a\) cannot be matched in linear time/,
  );
  await assert.rejects(async () => compileRuleSchema({ patternProperties: { '(a)\\1': true } }), SchemaError);
});

test('a sound schema of an operator is judged by', async () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'a',
    type: ['object', 'null'],
    properties: {
      a: { type: 'string', pattern: '^x', minLength: 1 },
      b: { items: [{ type: 'string' }] },
      c: { items: { enum: [1] } },
    },
    dependencies: { a: ['b'], c: { required: ['a'] } },
    dependentRequired: { a: ['b'] },
    additionalProperties: false,
  };
  const compiled = await compileRuleSchema(schema);
  assert.equal(compiled.fault({ a: 'x', b: ['y'] }, 10), undefined);
  assert.deepEqual(compiled.fault({ a: 'y'.repeat(300_000), b: [] }, 300_000)?.at, '/a');
  const plain = await compileRuleSchema({ maxProperties: 1 });
  assert.equal(plain.fault({ a: 1, b: 2 }, 10)?.expected, 'must have at most 1 members');
});

test('remarks and flags of an operator mean something or nothing, and are let in', async () => {
  const schema = {
    description: 'd',
    default: 1,
    examples: [1],
    deprecated: true,
    properties: { a: true, b: { const: 1 } },
  };
  assert.equal((await compileRuleSchema(schema)).fault({ a: 1, b: 1 }, 10), undefined);
  for (const wrong of [{ dependentRequired: [] }, { dependencies: 5 }, { properties: 5 }]) {
    assert.throws(() => compileRuleSchema(wrong), SchemaError);
  }
});
