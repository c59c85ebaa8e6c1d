import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseWhen, WhenFault } from '../../lib/config/words/alert-when.ts';
import { type AlertFilter, FILTER_FIELDS, MEASURES, PER, type RateCondition } from '../../lib/model/alerts-config.ts';

const filter: fc.Arbitrary<AlertFilter> = fc.record(
  {
    field: fc.constantFrom(...FILTER_FIELDS),
    value: fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => !text.includes('*')),
    isPrefix: fc.boolean(),
  },
  { noNullPrototype: true },
);

const rate: fc.Arbitrary<RateCondition> = fc.record(
  {
    kind: fc.constant('rate' as const),
    measure: fc.constantFrom(...MEASURES),
    filters: fc.array(filter, { maxLength: 4 }),
    most: fc.nat({ max: 1_000_000 }),
    windowMs: fc.integer({ min: 1, max: 86_400 }).map((seconds) => seconds * 1000),
    per: fc.constantFrom(undefined, ...PER),
  },
  { noNullPrototype: true },
);

function written({ measure, filters, most, windowMs, per }: RateCondition): string {
  const said = filters.map(({ field, value, isPrefix }) => {
    const quoted = value.replace(/["\\]/g, (sign) => `\\${sign}`);
    return `${field} = "${quoted}${isPrefix ? '*' : ''}"`;
  });
  const where = said.length === 0 ? '' : `where ${said.join(' and ')} `;
  return `${measure} ${where}> ${most} in ${windowMs / 1000}s${per === undefined ? '' : ` per ${per}`}`;
}

test('a condition that is written is read as it was meant, whatever stands in its filters', () => {
  fc.assert(
    fc.property(rate, (condition) => {
      const text = written(condition);
      fc.pre(text.length <= 500);
      assert.deepEqual(parseWhen(text), condition);
    }),
    { numRuns: 500 },
  );
});

test('any text is a condition or has a fault at a place in it', () => {
  const word = fc.constantFrom(
    ...[
      'denied',
      'where',
      'code',
      '=',
      '>',
      '>=',
      '20',
      'in',
      '5m',
      'per',
      'tool',
      'event',
      'budget',
      'spent',
      '80',
      '%',
    ],
    ...['and', '"a', '"a"', 'tool_changed', '*', '\\', '\u0000', '\u{1f600}', ' ', '\n', '-', '#'],
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 600 }),
    fc.array(word, { maxLength: 14 }).map((all) => all.join(' ')),
  );
  fc.assert(
    fc.property(text, (when) => {
      try {
        assert.ok(['rate', 'event', 'budget'].includes(parseWhen(when).kind));
      } catch (error) {
        assert.ok(error instanceof WhenFault, String(error));
        assert.ok(error.character >= 1 && error.character <= when.length + 1, error.message);
      }
    }),
    { numRuns: 1000 },
  );
});
