import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Guardian } from '../../../backends/guardian.ts';
import type { Confined } from '../../../backends/sandbox/confined.ts';
import { NOWHERE } from '../../../backends/sandbox/forwards.ts';
import { ranInside } from '../../../backends/sandbox/ran-inside.ts';

const GUARDIAN = { run: 'a-run', add() {}, remove() {} } as unknown as Guardian;

function running(script: string): Confined {
  const plain = { verbatim: false, env: {}, cwd: '/', inputs: [], handsOver: false, hasInner: false };
  const command = { ...plain, file: '/bin/sh', args: ['-c', script] };
  return { command, how: 'command', driver: undefined, proxy: undefined, forwards: NOWHERE };
}

const ENDINGS = [
  ['exit 0', 0],
  ['exit 7', 7],
  ['kill -TERM $$', 143],
  ['kill -INT $$', 130],
  ['kill -KILL $$', 137],
] as const;

for (const [script, code] of ENDINGS) {
  test(`a program that ends by \`${script}\` is said to have ended with ${code}, as a shell would say`, async () => {
    const { code: said } = await ranInside(running(script), 'pipe', GUARDIAN, undefined);
    assert.equal(said, code);
  });
}

test('a program that takes longer than it may is killed', async () => {
  const { code } = await ranInside(running('exec sleep 600'), 'pipe', GUARDIAN, 50);
  assert.equal(code, 137);
});
