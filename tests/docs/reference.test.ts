import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { referencePages } from '../../scripts/reference/pages.ts';
import { ROOT } from '../support/paths.ts';

const folder = join(ROOT, 'docs', 'reference');

test('the reference pages say what the code says; `npm run docs` writes them', () => {
  for (const [name, text] of referencePages()) assert.equal(readFileSync(join(folder, name), 'utf8'), text, name);
});

test('the reference folder has generated pages only', () => {
  assert.deepEqual(readdirSync(folder).sort(), [...referencePages().keys()].sort());
});
