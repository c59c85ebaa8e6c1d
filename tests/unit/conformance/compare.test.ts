import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults, type Pair } from '../../../scripts/conformance/compare.ts';
import type { Outcome } from '../../../scripts/conformance/outcome.ts';
import { report } from '../../../scripts/conformance/table.ts';

const GOOD: Outcome = { passed: 3, failed: 0, warned: 0 };
const BAD: Outcome = { passed: 2, failed: 1, warned: 0 };
const WARNED: Outcome = { passed: 2, failed: 0, warned: 1 };

function pair(name: string, direct: Outcome | undefined, through: Outcome | undefined, more: object = {}): Pair {
  return { scenario: { name }, revision: '2026-07-28', leg: 'client', direct, through, ...more };
}

test('a scenario that passes directly must pass through the gateway, with as many checks', () => {
  assert.deepEqual(faults([pair('tools_call', GOOD, GOOD)]), []);
  for (const through of [BAD, WARNED, { ...GOOD, passed: 2 }, undefined]) {
    assert.equal(faults([pair('tools_call', GOOD, through)]).length, 1, JSON.stringify(through));
  }
});

test('a scored scenario must pass directly; one that is not scored may fail both ways but not through alone', () => {
  const scenario = { name: 'tasks-lifecycle', unscored: 'extension' };
  assert.equal(faults([pair('tools_call', BAD, BAD)]).length, 1);
  assert.deepEqual(faults([pair('', BAD, BAD, { scenario })]), []);
  assert.equal(faults([pair('', GOOD, BAD, { scenario })]).length, 1);
});

test('what cannot pass through is excused with a reason, on the side where it cannot, and for as long as it does not', () => {
  assert.deepEqual(faults([pair('auth/basic-cimd', GOOD, BAD)]), []);
  assert.equal(faults([pair('auth/basic-cimd', GOOD, GOOD)]).length, 1);
  assert.equal(faults([pair('auth/basic-cimd', GOOD, BAD, { leg: 'server' })]).length, 1);
});

test('the report has a row for each scenario, a cell for each set and way, and the reason for what is excused', () => {
  const text = report([
    pair('tools_call', GOOD, WARNED),
    pair('tools_call', GOOD, GOOD, { revision: '2025-11-25' }),
    pair('auth/basic-cimd', GOOD, BAD),
  ]);
  const cells = (name: string) =>
    text
      .split('\n')
      .find((line) => line.startsWith(`| ${name} `))!
      .split('|')
      .map((cell) => cell.trim())
      .slice(2, -1);
  assert.deepEqual(cells('tools_call'), ['3 pass', '3 pass', '3 pass', '2 pass, 1 FAIL']);
  assert.deepEqual(cells('auth/basic-cimd'), ['', '', '3 pass', 'never [1]']);
  assert.match(text, /2 scored scenarios; 2 pass directly, 0 through, 1 cannot/);
  assert.match(text, /\[1\] The client must/);
});
