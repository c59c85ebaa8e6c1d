// biome-ignore-all lint/suspicious/noThenProperty: it is a keyword of JSON Schema.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileSchema } from '../../../../lib/parse/json-schema.ts';
import { faultIn, fits } from './support.ts';

/** What fits, then what does not. */
const CASES: readonly [what: string, schema: unknown, good: readonly unknown[], bad: readonly unknown[]][] = [
  ['a schema of true lets all pass', true, [1, null], []],
  ['a schema of false lets nothing pass', { properties: { a: false } }, [{}], [{ a: 1 }]],
  ['both a constant and a list count', { const: 1, enum: [1, 2] }, [1], [2]],
  [
    'listed objects are equal whatever the order of their members',
    { enum: [{ a: 1, b: [2] }] },
    [{ b: [2], a: 1 }],
    [{ a: 1 }, 1],
  ],
  ['a list that is no list is left out', { enum: 'a' }, ['b'], []],
  [
    'exclusive bounds of draft-04 are booleans',
    { minimum: 1, exclusiveMinimum: true, maximum: 3, exclusiveMaximum: true },
    [2],
    [1, 3],
  ],
  ['plain bounds hold with the limit', { minimum: 1, maximum: 3 }, [1, 3, 'x'], [0, 4]],
  ['exclusive bounds hold without it', { exclusiveMinimum: 1, exclusiveMaximum: 3 }, [2], [1, 3]],
  ['decimal fractions are multiples of decimal fractions', { multipleOf: 0.1 }, [0.3, 1.1, 'x'], [0.35]],
  ['a multiple of next to nothing lets all pass', { multipleOf: 5e-324 }, [1e308], []],
  ['a multiple of nothing is left out', { multipleOf: 0 }, [7], []],
  ['lengths count code points', { minLength: 2, maxLength: 2 }, ['ab', '😀😀'], ['😀', 'abc']],
  ['half of a pair is a character', '{"maxLength":2}', ['"\\ud83da"'], []],
  ['a whole number may be written as a fraction', { type: 'integer' }, [1.0, 1e3], [1.5, '1']],
  ['a type from a list fits', { type: ['string', 'null'] }, ['a', null], [1]],
  ['an unknown type is left out', { type: 'str' }, [1], []],
  ['a list with an unknown type is left out', { type: ['string', 'any'] }, [1], []],
  ['no type at all is left out', { type: [] }, [1], []],
  [
    'required members are own members',
    { required: ['toString', '__proto__'] },
    ['{"toString":1,"__proto__":2}'],
    [{}, { toString: 1 }],
  ],
  ['a requirement that is no list is left out', { required: true }, [{}], []],
  ['requirements that are no names are left out', { required: [1] }, [{}], []],
  [
    'properties called as members of every object are their own',
    { properties: { constructor: { type: 'string' } } },
    [{}, { constructor: 'x' }],
    [{ constructor: 1 }],
  ],
  [
    'a property called __proto__ is judged',
    '{"properties":{"__proto__":{"type":"string"}}}',
    ['{"__proto__":"x"}'],
    ['{"__proto__":1}'],
  ],
  [
    'additional properties are those nobody names',
    { properties: { a: true }, patternProperties: { '^x': true }, additionalProperties: false },
    [{ a: 1, x1: 2 }],
    [{ b: 1 }],
  ],
  ['additional properties may have a schema', { additionalProperties: { type: 'string' } }, [{ a: 'x' }], [{ a: 1 }]],
  [
    'members that match a pattern fit its schema',
    { patternProperties: { '^n': { type: 'number' } } },
    [{ n1: 1, m: 'x' }],
    [{ n1: 'x' }],
  ],
  ['names fit their schema', { propertyNames: { maxLength: 2 } }, [{ ab: 1 }], [{ abc: 1 }]],
  ['as many members as asked for', { minProperties: 1, maxProperties: 2 }, [{ a: 1 }], [{}, { a: 1, b: 1, c: 1 }]],
  [
    'older dependencies are names or schemas',
    { dependencies: { a: ['b'], c: { required: ['d'] } } },
    [{ a: 1, b: 1 }, { c: 1, d: 1 }, {}],
    [{ a: 1 }, { c: 1 }],
  ],
  [
    'newer dependencies have keywords of their own',
    { dependentRequired: { a: ['b'] }, dependentSchemas: { c: { required: ['d'] } } },
    [{ a: 1, b: 1 }, 'x'],
    [{ a: 1 }, { c: 1 }],
  ],
  [
    'tuples of older drafts stand in items',
    { items: [{ type: 'string' }], additionalItems: false },
    [['a'], []],
    [[1], ['a', 1]],
  ],
  ['tuples of older drafts may be open', { items: [{ type: 'string' }] }, [['a', 1]], [[1]]],
  [
    'tuples stand in prefixItems',
    { prefixItems: [{ type: 'string' }], items: { type: 'number' } },
    [['a', 1]],
    [['a', 'b']],
  ],
  ['as many elements as asked for', { minItems: 1, maxItems: 2 }, [[1]], [[], [1, 2, 3]]],
  [
    'no element twice',
    { uniqueItems: true },
    [[1, '1', { a: 1 }, { a: 2 }]],
    [
      [1, 1.0],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    ],
  ],
  ['elements twice where that is allowed', { uniqueItems: false }, [[1, 1]], []],
  [
    'at least and at most so many elements of a form',
    { contains: { type: 'string' }, minContains: 1, maxContains: 2 },
    [['a', 1]],
    [[1], ['a', 'b', 'c']],
  ],
  ['none is enough where none is asked for', { contains: { type: 'string' }, minContains: 0 }, [[1]], []],
  ['one of several forms', { anyOf: [{ type: 'string' }, { minimum: 5 }] }, ['a', 5], [4]],
  ['exactly one of several forms', { oneOf: [{ minimum: 1 }, { minimum: 5 }] }, [2], [0, 6]],
  ['lists of forms that are none are left out', { anyOf: [], oneOf: 'x', allOf: 1 }, [1], []],
  ['forms that are no schemas let all pass', { allOf: [1, 'x', null] }, [1], []],
  ['what is ruled out', { not: { type: 'string' } }, [1], ['a']],
  [
    'one condition leads to another',
    { if: { required: ['a'] }, then: { required: ['b'] }, else: { required: ['c'] } },
    [{ a: 1, b: 1 }, { c: 1 }],
    [{ a: 1 }, {}],
  ],
  ['a condition without consequences has none', { if: { required: ['a'] } }, [{}, { a: 1 }], []],
  ['a consequence without a condition is none', { then: false, else: false }, [1], []],
  ['a format is a remark', { format: 'email' }, ['no address'], []],
  ['references lead into the document', { $ref: '#/$defs/a~1b%25', $defs: { 'a/b%': { type: 'string' } } }, ['x'], [1]],
  ['references lead to anchors', { $ref: '#here', $defs: { a: { $anchor: 'here', type: 'string' } } }, ['x'], [1]],
  [
    'references lead to parts with an address',
    { $id: 'https://example.com/root', $ref: 'part', $defs: { p: { $id: 'part', type: 'string' } } },
    ['x'],
    [1],
  ],
  [
    'references lead to the document by its address',
    {
      $id: 'https://example.com/root',
      properties: { a: { $ref: 'https://example.com/root#/$defs/s' } },
      $defs: { s: { type: 'string' } },
    },
    [{ a: 'x' }],
    [{ a: 1 }],
  ],
  [
    'in draft-07 an address that is a fragment is an anchor',
    {
      $schema: 'http://json-schema.org/draft-07/schema#',
      properties: { a: { $ref: '#s' } },
      definitions: { s: { $id: '#s', type: 'string' } },
    },
    [{ a: 'x' }],
    [{ a: 1 }],
  ],
  [
    'in draft-07 nothing counts beside a reference',
    {
      $schema: 'http://json-schema.org/draft-07/schema#',
      properties: { a: { $ref: '#/definitions/s', maxLength: 1 } },
      definitions: { s: { type: 'string' } },
    },
    [{ a: 'xx' }],
    [{ a: 1 }],
  ],
  [
    'in 2020-12 what is beside a reference counts',
    { properties: { a: { $ref: '#/definitions/s', maxLength: 1 } }, definitions: { s: { type: 'string' } } },
    [{ a: 'x' }],
    [{ a: 1 }, { a: 'xx' }],
  ],
  [
    'in draft-04 addresses are called id',
    {
      $schema: 'http://json-schema.org/draft-04/schema#',
      id: 'https://example.com/r',
      properties: { a: { $ref: 'p' } },
      definitions: { p: { id: 'p', type: 'string' } },
    },
    [{ a: 'x' }],
    [{ a: 1 }],
  ],
  [
    'a property called id is no address',
    { properties: { id: { $ref: '#/$defs/s' } }, $defs: { s: { id: 'x', type: 'string' } } },
    [{ id: 'x' }],
    [{ id: 1 }],
  ],
  [
    'references lead where no keyword makes a schema',
    { $ref: '#/x-forms/a', 'x-forms': { a: { $ref: '#/x-forms/b' }, b: { type: 'string' } } },
    ['x'],
    [1],
  ],
  [
    'references may lead to true and false',
    { properties: { a: { $ref: '#/$defs/no' } }, $defs: { no: false } },
    [{}],
    [{ a: 1 }],
  ],
  [
    'dynamic references lead where plain ones would',
    { $dynamicRef: '#node', $defs: { n: { $dynamicAnchor: 'node', type: 'string' } } },
    ['x'],
    [1],
  ],
  [
    'the recursive reference of 2019-09 leads to the top',
    { type: ['object', 'null'], properties: { next: { $recursiveRef: '#' } } },
    [{ next: { next: null } }],
    [{ next: { next: 1 } }],
  ],
  [
    'a tree is judged to its leaves',
    { type: 'object', properties: { children: { type: 'array', items: { $ref: '#' } } } },
    [{ children: [{ children: [] }] }],
    [{ children: [{ children: [1] }] }],
  ],
  [
    'a reference that leads nowhere lets all pass',
    { properties: { a: { $ref: '#/$defs/none' }, b: { $ref: 7 }, c: { $ref: '#none' }, d: { $ref: '#/toString/x' } } },
    [{ a: 1, b: 1, c: 1, d: 1 }],
    [],
  ],
  [
    'a schema of schemas is known to be elsewhere, and lets all pass',
    { properties: { s: { $ref: 'http://json-schema.org/draft-07/schema#' } } },
    [{ s: 1 }],
    [],
  ],
  [
    'what was looked at by a part is not looked at again',
    { allOf: [{ properties: { a: true } }], unevaluatedProperties: false },
    [{ a: 1 }],
    [{ b: 1 }],
  ],
  [
    'a part does not see what stands beside it',
    { allOf: [{ properties: { a: true } }, { unevaluatedProperties: false }] },
    [{}],
    [{ a: 1 }],
  ],
  [
    'what nobody looked at may have a schema',
    { prefixItems: [true], unevaluatedItems: { type: 'string' } },
    [[1, 'a']],
    [[1, 2]],
  ],
  [
    'what is unevaluated inside is evaluated outside',
    { allOf: [{ unevaluatedProperties: { type: 'number' } }], unevaluatedProperties: false },
    [{ a: 1 }],
    [{ a: 'x' }],
  ],
  [
    'other values have neither members nor elements',
    { required: ['a'], minItems: 1, minLength: 1, minimum: 1, pattern: 'x' },
    [null, true],
    [{}, [], '', 0],
  ],
  ['a pattern is found anywhere', { pattern: 'b' }, ['abc', 1], ['xyz']],
  [
    'patterns know the spaces of ECMA-262',
    { pattern: '^\\s[\\s_]\\S[^\\s]$' },
    ['\u00a0\u2003ab', '\u000b_ab'],
    ['a b ', '\u00a0\u2003\u00a0b'],
  ],
  ['patterns know escapes of ECMA-262', { pattern: '^\\u0061\\/\\x62\\-\\cA?$' }, ['a/b-'], ['a/b']],
  ['patterns know the end from a line', { pattern: '^a$' }, ['a'], ['a\nb']],
];

for (const [what, schema, good, bad] of CASES) {
  test(what, async () => {
    for (const value of good) assert.ok(await fits(schema, value), `fits: ${JSON.stringify(value)}`);
    for (const value of bad) assert.ok(!(await fits(schema, value)), `does not fit: ${JSON.stringify(value)}`);
  });
}

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
  for (const [, schema, , bad] of CASES) {
    for (const value of bad) {
      const marked = JSON.parse(
        JSON.stringify(value).replaceAll('"x"', '"HIDDEN"').replaceAll('"abc"', '"HIDDEN"'),
      ) as unknown;
      assert.doesNotMatch((await faultIn(schema, marked))?.expected ?? '', /HIDDEN/);
    }
  }
});

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
