import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { step } from '../support/approvals/approval-steps.ts';
import { World } from '../support/approvals/credited-world.ts';

test('no call is made without a grant for exactly it, and none twice under one, whatever happens in between', () => {
  let made = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), (steps) => {
      const world = new World();
      for (const one of steps) world.step(one);
      made += world.made;
    }),
    { numRuns: 400 },
  );
  assert.ok(made > 100, `the property says something only where calls are made: ${made}`);
});
