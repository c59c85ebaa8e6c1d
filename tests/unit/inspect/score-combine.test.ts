import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combined, type Ground } from '../../../lib/inspect/score/combine.ts';

const OVERRIDE: Ground = { category: 'override', severity: 'high', isMention: false };
const LEAK: Ground = { category: 'leak', severity: 'high', isMention: false };

test('without findings the score is what the model says', () => {
  assert.ok(Math.abs(combined([], 0.2) - 0.2) < 1e-9);
});

test('further findings of one category change nothing, those of another do', () => {
  assert.equal(combined([OVERRIDE, OVERRIDE, OVERRIDE], 0), combined([OVERRIDE], 0));
  assert.ok(combined([OVERRIDE, LEAK], 0) > combined([OVERRIDE], 0));
});

test('a small finding beside a grave one never lowers the score', () => {
  const low: Ground = { category: 'other', severity: 'low', isMention: true };
  assert.ok(combined([OVERRIDE, low], 0) >= combined([OVERRIDE], 0));
});

test('a mention counts half', () => {
  assert.equal(combined([{ ...OVERRIDE, isMention: true }], 0), combined([OVERRIDE], 0) / 2);
});

test('the model corroborates, and nothing reaches more than 1', () => {
  assert.ok(combined([OVERRIDE], 0.5) > combined([OVERRIDE], 0.1));
  const many = ['a', 'b', 'c', 'd', 'e', 'f'].map(
    (category): Ground => ({ ...OVERRIDE, category, severity: 'critical' }),
  );
  assert.ok(combined(many, 0.99) < 1);
});
