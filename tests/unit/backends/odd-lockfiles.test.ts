import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { LockStore } from '../../../backends/registry/lock-store.ts';

const SKIP = process.platform === 'win32' ? 'there are no pipes and devices in folders' : false;

test('a lockfile that is no file is a fault, and nothing waits for it', { skip: SKIP }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  execFileSync('mkfifo', [at('pipe')]);
  mkdirSync(at('folder'));
  symlinkSync('/dev/null', at('device'));
  for (const name of ['device', 'folder', 'pipe']) {
    assert.throws(() => new LockStore(at(name)).read(), { code: 'SP4001' }, name);
  }
});
