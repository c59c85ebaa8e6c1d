import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Windows } from '../../../lib/inspect/windows.ts';

test('windows of one rule that touch are one, up to a length, and none is forgotten', () => {
  const given: string[] = [];
  const windows = new Windows(2, (rule, from, to) => given.push(`${rule}: ${from}-${to}`));
  windows.add(0, 0, 300);
  windows.add(1, 0, 310);
  windows.add(0, 300, 600);
  assert.deepEqual(given, []);
  windows.add(0, 601, 900);
  windows.add(0, 700, 2701);
  windows.giveAll();
  assert.deepEqual(given, ['0: 0-600', '0: 601-900', '0: 700-2701', '1: 0-310']);
  windows.giveAll();
  assert.equal(given.length, 4);
});
