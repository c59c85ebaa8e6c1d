import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inheritable } from '../../../backends/sandbox/inheritable.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('what a program that is started has open as well is told by the flags of each descriptor', (t) => {
  const folder = temporaryFolder(t);
  const told = { 0: '0100000', 2: '0100001', 3: '02000002', 4: '02', 20: '02004002', 251: '0100000', 300: undefined };
  for (const [descriptor, flags] of Object.entries(told))
    writeFileSync(
      join(folder, descriptor),
      flags === undefined ? 'pos:\t0\n' : `pos:\t0\nflags:\t${flags}\nmnt_id:\t15\n`,
    );
  // Of one that says nothing the worst is believed.
  assert.deepEqual(
    inheritable(folder).sort((a, b) => a - b),
    [4, 251, 300],
  );
});
