import type { KeywordCase } from './keyword-cases.ts';

/** Where references lead, in each draft. */
export const REFERENCE_CASES: readonly KeywordCase[] = [
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
];
