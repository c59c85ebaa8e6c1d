import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileHostPatterns } from '../../../lib/checks/host-patterns.ts';
import type { RuleFault } from '../../../lib/policy/rule-fault.ts';

test('an entry that cannot be used is told with its code and its place', async () => {
  for (const [glob, code] of [
    ['https://example.com', 'SP1010'],
    ['/(/', 'SP1011'],
  ] as const) {
    const place = { rule: 'policies.tools["*"].domains.deny[0]', source: 'x:3' };
    await assert.rejects(compileHostPatterns([{ glob, ...place }]), (fault: RuleFault) => {
      assert.deepEqual([fault.code, fault.place], [code, place]);
      return true;
    });
  }
});
