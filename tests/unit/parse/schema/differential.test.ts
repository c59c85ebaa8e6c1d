// biome-ignore-all lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
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

/**
 * Schemas that look at members, in every way that counts for `unevaluatedProperties`. There is one such keyword at the
 * top only: the other interpreter lets one in `then` see what `if` has looked at, which the standard does not.
 */
const { looking } = fc.letrec<{ looking: object }>((tie) => {
  const some = fc.array(tie('looking'), { minLength: 1, maxLength: 2 });
  const named = fc.dictionary(key, fc.constantFrom<unknown>(true, {}, { type: 'string' }), { minKeys: 1, maxKeys: 2 });
  return {
    looking: fc.oneof(
      { depthSize: 'small', maxDepth: 2 },
      fc.record({ properties: named }),
      fc.record({ patternProperties: fc.constantFrom({ '^a': true }, { b$: { type: 'string' } }) }),
      fc.record({ required: fc.tuple(key) }),
      fc.record({ allOf: some }),
      fc.record({ anyOf: some }),
      fc.record({ oneOf: some }),
      fc.record({ not: tie('looking') }),
      fc.record({ dependentSchemas: fc.dictionary(key, tie('looking'), { maxKeys: 1 }) }),
      fc.record({ if: tie('looking'), then: tie('looking'), else: tie('looking') }),
    ),
  };
});

test('members that were looked at are the same ones as with another interpreter', async () => {
  const object = fc.dictionary(key, fc.constantFrom<unknown>('x', 1), { minKeys: 1, maxKeys: 3 });
  await fc.assert(
    fc.asyncProperty(fc.array(looking, { minLength: 1, maxLength: 3 }), object, async (parts, instance) => {
      const whole = { ...Object.assign({}, ...parts), unevaluatedProperties: false };
      const theirs = new Validator(structuredClone(whole) as object, '2020-12').validate(instance).valid;
      assert.equal(await fits(whole, instance), theirs);
    }),
    { numRuns: Number(process.env.SCHEMA_RUNS ?? 1500) },
  );
});

test('elements that were looked at are the same ones as with another interpreter', async () => {
  const element = fc.constantFrom<unknown>('x', 1, null);
  const ways = fc.constantFrom<object>(
    { prefixItems: [true] },
    { prefixItems: [{ type: 'string' }, true] },
    { contains: { type: 'string' } },
    { contains: { type: 'string' }, maxContains: 1, minContains: 0 },
    { contains: { type: 'number' }, minContains: 2 },
    { minItems: 2 },
    { items: { type: 'string' } },
  );
  const parts = fc.array(ways, { minLength: 1, maxLength: 2 });
  const combined = fc.oneof(
    fc.record({ allOf: parts }),
    fc.record({ anyOf: parts }),
    fc.record({ oneOf: parts }),
    fc.record({ if: ways, then: ways, else: ways }),
    ways,
  );
  await fc.assert(
    fc.asyncProperty(combined, fc.array(element, { maxLength: 4 }), async (one, instance) => {
      const whole = { ...one, unevaluatedItems: { type: 'null' } };
      const theirs = new Validator(structuredClone(whole) as object, '2020-12').validate(instance).valid;
      assert.equal(await fits(whole, instance), theirs);
    }),
    { numRuns: Number(process.env.SCHEMA_RUNS ?? 1500) },
  );
});
