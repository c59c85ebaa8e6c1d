import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoreOf } from '../../../backends/detectors/answer-score.ts';
import { excerpt } from '../../../backends/detectors/excerpt.ts';

const close = (got: number | undefined, wanted: number, what: string) =>
  assert.ok(got !== undefined && Math.abs(got - wanted) < 1e-9, `${what}: ${got}`);

test('every form of answer that is documented gives its score', () => {
  for (const [answer, wanted] of [
    [{ score: 0.93 }, 0.93],
    [{ score: 0, flagged: true }, 0],
    [{ label: 'INJECTION', score: 0.8 }, 0.8],
    [{ label: 'SAFE', score: 0.8 }, 0.2],
    [{ label: 'LABEL_1', score: 0.7 }, 0.7],
    [[{ label: 'INJECTION', score: 0.9 }], 0.9],
    [
      [
        { label: 'benign', score: 0.3 },
        { label: 'injection', score: 0.3 },
        { label: 'jailbreak', score: 0.4 },
      ],
      0.7,
    ],
    [[[{ label: 'SAFE', score: 0.99 }]], 0.01],
    [{ results: [{ flagged: true, category_scores: { a: 0.2, b: 0.4 } }] }, 1],
    [{ results: [{ flagged: false, category_scores: { a: 0.2, b: 0.4 } }] }, 0.4],
    [{ results: [{ flagged: false }] }, 0],
    [{ results: [{ category_scores: {} }] }, 0],
    [{ flagged: true }, 1],
    [{ flagged: false }, 0],
  ] as const) {
    close(scoreOf(answer), wanted, JSON.stringify(answer));
  }
});

test('anything else is no answer, however much it looks like one', () => {
  for (const answer of [
    null,
    0.5,
    'INJECTION',
    {},
    [],
    [[]],
    { score: 7 },
    { score: -0.1 },
    { score: '0.9' },
    { score: null },
    { flagged: 'yes' },
    { flagged: 1 },
    { label: 'INJECTION' },
    { label: 'maybe', score: 0.9 },
    { label: 3, score: 0.9 },
    [{ label: 'SAFE', score: 0.9 }, null],
    [
      { label: 'SAFE', score: 0.9 },
      { label: 'purple', score: 0.1 },
    ],
    [[{ label: 'SAFE', score: 0.9 }], [{ label: 'SAFE', score: 0.9 }]],
    { results: [] },
    { results: {} },
    { results: [{}] },
    { results: [{ flagged: 'no', category_scores: { a: 0.1 } }] },
    { results: [{ flagged: false, category_scores: { a: 2 } }] },
    { results: [{ flagged: false, category_scores: [0.1] }] },
    { results: [{ flagged: false }, { flagged: true }] },
  ]) {
    assert.equal(scoreOf(answer), undefined, JSON.stringify(answer));
  }
});

test('of a long text its beginning, its end and what is suspicious are sent, never more than may be', () => {
  const short = 'a'.repeat(16_384);
  assert.equal(excerpt(short, ['b']), short);
  const long = `BEGIN${'a'.repeat(100_000)}END`;
  const sent = excerpt(long, ['x'.repeat(3000), 'y'.repeat(3000), 'z'.repeat(30_000), 'never']);
  assert.equal(sent.length, 16_384);
  assert.match(sent, /^BEGINa+\nx{3000}\ny{3000}\nz+\na+END$/);
  const plain = excerpt(long, []);
  assert.equal(plain.length, 16_384);
  assert.match(plain, /^BEGINa+\na+END$/);
  assert.match(excerpt(long, ['one']), /^BEGINa+\none\na+END$/);
});
