import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { fits } from './support.ts';

/** Few names and values, so that schemas and values meet often. */
const key = fc.constantFrom('a', 'b', 'ab', 'toString');
const scalar = fc.constantFrom<unknown>(null, true, false, 0, 1, 2, 2.5, -1, '', 'a', 'ab', 'abc', '😀');
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
  ),
}));
const type = fc.constantFrom('null', 'boolean', 'number', 'integer', 'string', 'array', 'object');
const small = fc.nat({ max: 3 });

const { schema } = fc.letrec<{ schema: unknown; parts: object }>((tie) => {
  const sub = tie('schema');
  const some = fc.array(sub, { minLength: 1, maxLength: 3 });
  return {
    parts: fc.record(
      {
        type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
        enum: fc.array(value, { minLength: 1, maxLength: 3 }),
        const: value,
        minimum: small,
        exclusiveMaximum: small,
        multipleOf: fc.constantFrom(1, 2, 0.5),
        minLength: small,
        maxLength: small,
        pattern: fc.constantFrom('^a', 'b$', '^[ab]+$'),
        required: fc.uniqueArray(key, { maxLength: 2 }),
        minProperties: small,
        maxProperties: small,
        properties: fc.dictionary(key, sub, { maxKeys: 3 }),
        patternProperties: fc.dictionary(fc.constantFrom('^a', 'b$'), sub, { maxKeys: 2 }),
        additionalProperties: sub,
        propertyNames: sub,
        dependentRequired: fc.dictionary(key, fc.uniqueArray(key, { maxLength: 2 }), { maxKeys: 2 }),
        dependentSchemas: fc.dictionary(key, sub, { maxKeys: 2 }),
        prefixItems: some,
        items: sub,
        contains: sub,
        minContains: small,
        maxContains: small,
        unevaluatedProperties: sub,
        unevaluatedItems: sub,
        minItems: small,
        maxItems: small,
        uniqueItems: fc.boolean(),
        allOf: some,
        anyOf: some,
        oneOf: some,
        not: sub,
        if: sub,
        // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
        then: sub,
        else: sub,
      },
      { requiredKeys: [] },
    ),
    schema: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      fc.boolean(),
      fc.constant({}),
      fc.record({ type }),
      fc.constantFrom({ $ref: '#/$defs/one' }, { $ref: '#/$defs/two' }),
      tie('parts').chain((all) =>
        fc.subarray(Object.entries(all), { maxLength: 3 }).map((some) => Object.fromEntries(some)),
      ),
    ),
  };
});

/** References lead to schemas that have none, so that every schema comes to an end. */
const withoutReferences = schema.map(
  (one) => JSON.parse(JSON.stringify(one).replace(/\{"\$ref":"[^"]*"\}/g, '{}')) as unknown,
);

test('values fit the same schemas as with another interpreter', async () => {
  await fc.assert(
    fc.asyncProperty(schema, withoutReferences, withoutReferences, value, async (root, one, two, instance) => {
      const whole = { allOf: [root], $defs: { one, two } };
      const theirs = new Validator(structuredClone(whole) as object, '2020-12').validate(instance).valid;
      assert.equal(await fits(whole, instance), theirs);
    }),
    { numRuns: Number(process.env.SCHEMA_RUNS ?? 1500) },
  );
});
