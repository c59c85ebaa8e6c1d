import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults, type Row } from '../../../scripts/conformance/compare.ts';
import type { Outcome } from '../../../scripts/conformance/outcome.ts';
import { report } from '../../../scripts/conformance/table.ts';

const GOOD: Outcome = { passed: 3, failed: 0, warned: 0 };
const BAD: Outcome = { passed: 2, failed: 1, warned: 0 };
const WARNED: Outcome = { passed: 2, failed: 0, warned: 1 };

function row(name: string, direct: Outcome, through: Outcome | undefined, more: Partial<Row> = {}): Row {
  const outcomes = { direct, across: direct, ...(through === undefined ? {} : { through }) };
  return { scenario: { name }, revision: '2026-07-28', leg: 'client', outcomes, ...more };
}

test('a scenario that passes directly must pass through the gateway, in either era, with as many checks', () => {
  assert.deepEqual(faults([row('tools_call', GOOD, GOOD)]), []);
  for (const through of [BAD, WARNED, { ...GOOD, passed: 2 }, undefined]) {
    assert.equal(faults([row('tools_call', GOOD, through)]).length, 1, JSON.stringify(through));
  }
  const outcomes = { direct: GOOD, through: GOOD, across: BAD };
  assert.match(faults([row('tools_call', GOOD, GOOD, { outcomes })]).join(), /^tools_call .*, across: does not pass/);
});

test('a scored scenario must pass directly; one that is not scored may fail every way, but not through alone', () => {
  const scenario = { name: 'tasks-lifecycle', unscored: 'extension' };
  assert.equal(faults([row('tools_call', BAD, BAD)]).length, 1);
  assert.deepEqual(faults([row('', BAD, BAD, { scenario })]), []);
  assert.equal(faults([row('', GOOD, BAD, { scenario })]).length, 1);
});

test('what cannot pass is excused with a reason, on the side where it cannot, and for as long as it does not', () => {
  const outcomes = { direct: GOOD, through: BAD, across: BAD };
  assert.deepEqual(faults([row('auth/resource-mismatch', GOOD, BAD, { outcomes })]), []);
  assert.equal(faults([row('auth/resource-mismatch', GOOD, GOOD)]).length, 2);
  assert.equal(faults([row('auth/resource-mismatch', GOOD, BAD, { outcomes, leg: 'server' })]).length, 2);
});

test('the report has a row for each scenario, a cell for each set and way, and the reason for what is excused', () => {
  const text = report([
    row('tools_call', GOOD, WARNED),
    row('tools_call', GOOD, GOOD, { revision: '2025-11-25' }),
    row('auth/resource-mismatch', GOOD, BAD, { outcomes: { direct: GOOD, through: BAD, across: WARNED } }),
  ]);
  const cells = (name: string) =>
    text
      .split('\n')
      .find((line) => line.startsWith(`| ${name} `))!
      .split('|')
      .map((cell) => cell.trim())
      .slice(2, -1);
  assert.deepEqual(cells('tools_call'), ['3', '3', '3', '3', '2, 1 FAIL', '3']);
  assert.deepEqual(cells('auth/resource-mismatch'), ['', '', '', '3', 'never [1]', 'never [1]']);
  assert.match(text, /2026-07-28: of 2 scored scenarios pass 2 direct, 0 through, 1 across/);
  assert.match(text, /\[1\] One check of three/);
});
