import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { challengesIn, scopesIn } from '../../../backends/authorization/challenges.ts';

const read = (...lines: string[]) =>
  challengesIn(lines).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

test('challenges are read as RFC 9110 has them, several in a line or in several lines', () => {
  const cases: [string[], unknown[]][] = [
    [['Bearer'], [['bearer', {}]]],
    [
      ['Bearer realm="a, b", scope="files:read files:write"'],
      [['bearer', { realm: 'a, b', scope: 'files:read files:write' }]],
    ],
    [['DPoP algs="ES256", error="use_dpop_nonce"'], [['dpop', { algs: 'ES256', error: 'use_dpop_nonce' }]]],
    [
      ['Bearer a=1, DPoP b="2"', 'Basic realm=x'],
      [
        ['bearer', { a: '1' }],
        ['dpop', { b: '2' }],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      ['Negotiate, Bearer scope = "a"'],
      [
        ['negotiate', {}],
        ['bearer', { scope: 'a' }],
      ],
    ],
    [
      ['Negotiate YWJj==, Bearer a=b'],
      [
        ['negotiate', {}],
        ['bearer', { a: 'b' }],
      ],
    ],
    [['Bearer RESOURCE_METADATA="https://a/x"'], [['bearer', { resource_metadata: 'https://a/x' }]]],
    [['Bearer realm="say \\"hi\\""'], [['bearer', { realm: 'say "hi"' }]]],
    [[', ,Bearer a=b, ,'], [['bearer', { a: 'b' }]]],
  ];
  for (const [lines, expected] of cases) assert.deepEqual(read(...lines), expected, lines.join());
});

test('a line that two readers could read in two ways says nothing', () => {
  const lines = [
    'Bearer a=1, a=2',
    'Bearer scope="a", SCOPE="b"',
    'Bearer scope="a',
    'Bearer scope="a"b"',
    'a=b',
    '"Bearer" a=b',
    'Bearer a="\u0001"',
    'Bearer a b c',
    `Bearer a="${'x'.repeat(9000)}"`,
  ];
  for (const line of lines) assert.deepEqual(read(line), [], line.slice(0, 40));
  assert.deepEqual(read('Bearer a=1, a=2', 'Bearer a=3'), [['bearer', { a: '3' }]]);
});

test('whatever stands in a line, reading it ends and names only what stands in it', () => {
  const piece = fc.constantFrom('Bearer', ' ', ',', '=', '"', '\\', 'a', 'scope', '\t', 'é', '==', 'DPoP');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      for (const { scheme, parameters } of challengesIn([pieces.join('')])) {
        assert.ok(pieces.join('').toLowerCase().includes(scheme));
        for (const name of parameters.keys()) assert.ok(pieces.join('').toLowerCase().includes(name));
      }
    }),
  );
});

test('what cannot be a scope is none, and no more than 64 are taken', () => {
  assert.deepEqual(scopesIn('a  b a "c" d\\e é f:g'), ['a', 'b', 'f:g']);
  assert.equal(scopesIn(Array.from({ length: 100 }, (_, n) => `s${n}`).join(' ')).length, 64);
  assert.deepEqual(scopesIn(undefined), []);
});
