// biome-ignore-all lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  compileRuleSchema,
  compileSchema,
  SchemaBudgetError,
  SchemaError,
  schemaDefect,
} from '../../../../lib/parse/json-schema.ts';

const nested = (levels: number, open: string, middle: string, close: string) =>
  JSON.parse(open.repeat(levels) + middle + close.repeat(levels)) as object;
const many = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));
const deepArray = (levels: number) => nested(levels, '[', '', ']');

/** Schemas that must be refused as they are listed, before anything is judged by them. */
const REFUSED: readonly [what: string, schema: unknown, why: RegExp][] = [
  ['a reference to a server', { $ref: 'https://example.com/a.json' }, /outside of itself/],
  [
    'a reference to a server deep inside',
    { properties: { a: { items: { anyOf: [{ $ref: 'http://10.0.0.1/x' }] } } } },
    /outside/,
  ],
  ['a reference to a file', { $ref: 'file:///etc/passwd' }, /outside/],
  ['a reference to a neighbour', { $ref: 'other.json' }, /outside/],
  ['a reference without a scheme', { $ref: '//example.com/a' }, /outside/],
  ['a reference that begins inside and leaves', { $id: 'https://a.example/x', $ref: '/y#/$defs/a' }, /outside/],
  ['a dynamic reference to a server', { $dynamicRef: 'https://example.com/a#x' }, /outside/],
  [
    'a reference to something that only looks like a schema of schemas',
    { $ref: 'https://json-schema.org.evil.example/x' },
    /outside/,
  ],
  ['a reference to itself', { $ref: '#' }, /without end/],
  ['a part that is itself', { allOf: [{ $ref: '#' }] }, /without end/],
  ['a form that is itself', { anyOf: [{ type: 'string' }, { $ref: '#' }] }, /without end/],
  ['a choice that is itself', { oneOf: [{ $ref: '#' }, { type: 'null' }] }, /without end/],
  ['the opposite of itself', { not: { $ref: '#' } }, /without end/],
  ['a condition that is itself', { if: { $ref: '#' } }, /without end/],
  ['a consequence that is itself', { if: true, then: { $ref: '#' } }, /without end/],
  ['a dependency that is itself', { dependentSchemas: { a: { $ref: '#' } } }, /without end/],
  ['an older dependency that is itself', { dependencies: { a: { $ref: '#' } } }, /without end/],
  [
    'two that refer to each other',
    { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
    /without end/,
  ],
  [
    'a ring by way of an anchor',
    { $ref: '#a', $defs: { a: { $anchor: 'a', allOf: [{ $ref: '#a' }] } } },
    /without end/,
  ],
  [
    'a ring where no keyword makes a schema',
    { $ref: '#/x/a', x: { a: { $ref: '#/x/b' }, b: { anyOf: [{ $ref: '#/x/a' }] } } },
    /without end/,
  ],
  ['a recursive reference in place', { allOf: [{ $recursiveRef: '#' }] }, /without end/],
  [
    'a chain of a thousand references',
    { $ref: '#/$defs/d0', $defs: Object.fromEntries(many(1500, (i) => [`d${i}`, { $ref: `#/$defs/d${i + 1}` }])) },
    /on and on/,
  ],
  ['two hundred levels of parts', nested(99, '{"allOf":[', '{}', ']}'), /too deep/],
  ['hundreds of levels of properties', nested(99, '{"properties":{"a":', '{}', '}}'), /too deep/],
  ['a default of hundreds of levels', { default: deepArray(200) }, /too deep/],
  [
    'a hundred thousand properties',
    { properties: Object.fromEntries(many(30_000, (i) => [`p${i}`, {}])) },
    /too large/,
  ],
  ['a list of a hundred thousand values', { enum: many(100_000, (i) => i) }, /too large/],
  ['a megabyte of description', { description: 'x'.repeat(1_000_000) }, /too large/],
  ['a key of a megabyte', { properties: { ['x'.repeat(1_000_000)]: {} } }, /too large/],
];

for (const [what, schema, why] of REFUSED) {
  test(`${what} is refused`, () => {
    assert.match(schemaDefect(schema) ?? 'not refused', why);
    assert.throws(() => compileSchema(schema), SchemaError);
    assert.throws(() => compileRuleSchema(schema), SchemaError);
  });
}

/** Doubles at each of many steps: 2^50 ways to judge one value. */
const bomb = (keyword: string) => ({
  $ref: '#/$defs/d0',
  $defs: {
    ...Object.fromEntries(
      many(50, (i) => [`d${i}`, { [keyword]: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] }]),
    ),
    d50: keyword === 'anyOf' ? { type: 'null' } : {},
  },
});

/** Doubles each time it goes down by one. */
const forked = (keyword: string) => ({
  [keyword]: [{ items: { $ref: '#' } }, { items: { $ref: '#' } }],
  ...(keyword === 'anyOf' ? { unevaluatedItems: true } : {}),
});

/** Schemas that may be listed, and whose judging must come to an end. */
const BOUNDED: readonly [what: string, schema: unknown, value: unknown][] = [
  ['parts that double fifty times', bomb('allOf'), 1],
  ['forms that double fifty times', bomb('anyOf'), 1],
  ['choices that double fifty times', bomb('oneOf'), 1],
  ['parts that double with each level', forked('allOf'), deepArray(60)],
  ['forms that double with each level', forked('anyOf'), deepArray(60)],
  ['choices that double with each level', forked('oneOf'), deepArray(60)],
  [
    'thousands of forms for each element',
    { items: { anyOf: [...many(60, () => ({ anyOf: many(50, () => ({ type: 'null' })) })), {}] } },
    many(500, () => 1),
  ],
  [
    'a thousand required names for each element',
    {
      items: { required: many(4000, (i) => `r${i}`), allOf: [] },
      allOf: many(50, () => ({ items: { not: { required: many(100, (i) => `r${i}`) } } })),
    },
    many(20_000, () => ({})),
  ],
  [
    'large listed values against large values',
    { anyOf: many(200, () => ({ enum: [many(40, (i) => [i])] })) },
    many(20_000, (i) => [i]),
  ],
  [
    'a pattern that repeats, for long texts',
    { items: { pattern: '^(?:(?:a{1,20}b?){1,20}c?){1,2}$' } },
    many(50, () => 'a'.repeat(5000)),
  ],
  [
    'many patterns of names',
    { patternProperties: Object.fromEntries(many(300, (i) => [`^(a|b|c)*${i}$`, true])) },
    Object.fromEntries(many(300, (i) => ['abc'.repeat(60) + i, 1])),
  ],
];

for (const [what, schema, value] of BOUNDED) {
  test(`${what} cost no more than allowed`, async () => {
    assert.equal(schemaDefect(schema), undefined);
    const compiled = await compileSchema(schema);
    const start = performance.now();
    assert.throws(() => compiled.fault(value, 1000), SchemaBudgetError);
    assert.ok(performance.now() - start < 20_000, 'it takes far longer than its budget');
  });
}

/** Hostile, and judged all the same. */
const JUDGED: readonly [what: string, schema: unknown, value: unknown, fits: boolean][] = [
  ['a catastrophic pattern', { pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}!`, false],
  [
    'a catastrophic pattern of names',
    { patternProperties: { '^(a|a)*$': false } },
    { [`${'a'.repeat(5000)}!`]: 1 },
    true,
  ],
  ['a polynomial pattern', { pattern: '^\\s*\\S*\\s*$' }, `${' '.repeat(20_000)}x x x`, false],
  ['a pattern with look-ahead', { pattern: '^(?=(a+)+$)' }, 'b', true],
  ['a pattern with back-references', { pattern: '^(a+)\\1+$' }, 'b', true],
  ['a pattern that refers back by name', { pattern: '(?<n>a)\\k<n>' }, 'b', true],
  ['a pattern of a huge program', { pattern: '((((a{1,9}){1,9}b){1,9}c){1,9}d){1,9}' }, 'b', true],
  ['a pattern that is none', { pattern: '(((' }, 'b', true],
  ['a pattern of ten thousand characters', { pattern: 'a'.repeat(10_000) }, 'b', true],
  ['a pattern that is no text', { pattern: { a: 1 } }, 'b', true],
  ['a text too long for a pattern of a server', { pattern: '^b' }, 'a'.repeat(300_000), true],
  ['a number of six hundred digits to divide', { multipleOf: 1e-308 }, 1e308, true],
  ['a tree as deep as frames may be', { items: { $ref: '#' } }, deepArray(190), true],
  [
    'keywords that are all of the wrong kind',
    Object.fromEntries(
      '$id $ref $anchor type enum minimum maxLength pattern items prefixItems contains required properties patternProperties propertyNames dependentRequired dependentSchemas dependencies allOf anyOf oneOf $defs uniqueItems minItems multipleOf'
        .split(' ')
        .map((key) => [key, 7]),
    ),
    { a: [1] },
    true,
  ],
  ['a schema that is a list', { properties: { a: [] } }, { a: 1 }, true],
  [
    'an address that is none',
    { $id: 'http://[', properties: { a: { $ref: '#/$defs/s' } }, $defs: { s: { type: 'string' } } },
    { a: 1 },
    false,
  ],
  ['a reference that is no address', { properties: { a: { $ref: 'http://[' } } }, { a: 1 }, true],
  ['a reference with broken escapes', { properties: { a: { $ref: '#/%zz' } } }, { a: 1 }, true],
  [
    'two parts of one address',
    { $defs: { a: { $id: 'x', type: 'string' }, b: { $id: 'x', type: 'number' } }, $ref: 'x' },
    1,
    true,
  ],
];

for (const [what, schema, value, fits] of JUDGED) {
  test(`${what} is judged in time`, async () => {
    const compiled = await compileSchema(schema);
    const start = performance.now();
    assert.equal(compiled.fault(value, JSON.stringify(value).length) === undefined, fits);
    assert.ok(performance.now() - start < 20_000, 'it takes far too long');
  });
}

test('a stack that is used up already ends the judging, not the process', async () => {
  const compiled = await compileSchema({ items: { $ref: '#' } });
  const value = deepArray(150);
  const dig = (): unknown => {
    try {
      return dig();
    } catch (error) {
      if (error instanceof SchemaBudgetError) throw error;
      return compiled.fault(value, 300);
    }
  };
  assert.throws(dig, SchemaBudgetError);
});

test('an error of another kind is no end of a budget', async () => {
  const value = {
    get a(): never {
      throw new TypeError('broken');
    },
  };
  const compiled = await compileSchema({ properties: { a: true } });
  assert.throws(() => compiled.fault(value, 10), TypeError);
});

test('judges nested in each other end before the stack does', async () => {
  const compiled = await compileSchema({ items: { allOf: [{ allOf: [{ allOf: [{ allOf: [{ $ref: '#' }] }] }] }] } });
  assert.throws(() => compiled.fault(deepArray(190), 10_000), /nested too deep/);
});

test('what is no object is a schema, too, or none', async () => {
  assert.equal((await compileSchema(false)).fault(1, 1)?.expected, 'must not be there');
  assert.equal((await compileSchema('x')).fault(1, 1), undefined);
});
