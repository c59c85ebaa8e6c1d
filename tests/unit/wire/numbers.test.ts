import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NUMBER_ENDS, numberMayEnd, numberStart, numberStep } from '../../../lib/wire/numbers.ts';

/** How much of `text` is a number: all of it, nothing, or where it stops. */
function read(text: string): 'number' | 'unfinished' | 'none' | { stopsAt: number } {
  let state = numberStart(text.charCodeAt(0));
  if (state === NUMBER_ENDS) return 'none';
  for (let i = 1; i < text.length; i++) {
    const next = numberStep(state, text.charCodeAt(i));
    if (next === NUMBER_ENDS) return { stopsAt: i };
    state = next;
  }
  return numberMayEnd(state) ? 'number' : 'unfinished';
}

test('numbers of JSON are read to their end', () => {
  for (const text of ['0', '-0', '7', '120', '-3.25', '0.0', '1e5', '1E+5', '1e-05', '-0.5E10', '9'.repeat(50)]) {
    assert.equal(read(text), 'number', text);
  }
});

test('what only looks like a number is not one', () => {
  for (const text of ['-', '1.', '1e', '1e+', '-0.', '0e-']) assert.equal(read(text), 'unfinished', text);
  for (const text of ['+1', '.5', 'e5', 'Infinity', 'NaN']) assert.equal(read(text), 'none', text);
  assert.deepEqual(read('01'), { stopsAt: 1 });
  assert.deepEqual(read('-01'), { stopsAt: 2 });
  assert.deepEqual(read('1.2.3'), { stopsAt: 3 });
  assert.deepEqual(read('0x10'), { stopsAt: 1 });
  assert.deepEqual(read('1_000'), { stopsAt: 1 });
  assert.deepEqual(read('1e5.0'), { stopsAt: 3 });
});
