import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cursorPath, placeCursor } from '../../../lib/audit/shipping/cursor.ts';
import { unshippedIn } from '../../../lib/audit/shipping/unshipped.ts';
import type { ShippingConfig } from '../../../lib/model/shipping.ts';
import { temporaryFolder } from '../../support/folder.ts';

const HOUR = 3_600_000;

test('what a destination does not have outlives its retention, the newest first, up to a size', async (t) => {
  const dir = temporaryFolder(t);
  const now = Date.now();
  const add = (name: string, ageMs: number) => {
    const path = join(dir, name);
    writeFileSync(path, 'x'.repeat(100));
    utimesSync(path, now / 1000, (now - ageMs) / 1000);
    return path;
  };
  add('audit-h-1-1.jsonl', 9 * HOUR);
  const second = add('audit-h-1-1.2.jsonl', 8 * HOUR);
  const never = add('audit-h-2-1.jsonl', 7 * HOUR);
  add('audit-h-3-1.jsonl', HOUR / 2);
  const folder = join(dir, 'shipping', 'webhook');
  mkdirSync(folder, { recursive: true });
  await placeCursor(cursorPath(folder, 'audit-h-1-1'), { at: { segment: 2, offset: 50, seq: 3 }, pending: undefined });
  const look = (maxUnshippedBytes: number) =>
    unshippedIn(dir, { destinations: ['webhook'], maxUnshippedBytes } as unknown as ShippingConfig, now, HOUR);
  assert.deepEqual([[...look(1000).kept].sort(), look(1000).givenUp], [[second, never].sort(), []]);
  assert.deepEqual([[...look(150).kept], look(150).givenUp], [[never], [second]]);
});
