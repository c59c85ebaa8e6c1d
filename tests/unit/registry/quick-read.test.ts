import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LockedItem } from '../../../lib/model/registry.ts';
import { formatLockfile } from '../../../lib/registry/format.ts';
import { quickSection } from '../../../lib/registry/quick-read.ts';
import { sealed } from '../../../lib/registry/seal.ts';
import { approved, newKey, section, tool } from '../../support/registry/offered-items.ts';

const KEY = newKey();
const SEALED = sealed('files', section([approved(tool('read')), tool('write')]), KEY);
const TEXT = formatLockfile({ version: 1, backends: { files: SEALED } });

test('a section under the seal of its user is read at once, and says what was written', () => {
  const read = quickSection(JSON.parse(TEXT), 'files', KEY)!;
  const plain = ({ kind, id, hash, definition, text, approved: by }: LockedItem) => ({
    kind,
    id,
    hash,
    definition,
    text,
    by,
  });
  assert.deepEqual(read.items.map(plain), SEALED.items.map(plain));
  assert.equal(quickSection(JSON.parse(TEXT), 'files', newKey()), undefined);
});

test('a definition that was changed beneath its hash is not read as sealed', () => {
  const changed = TEXT.replace('Does read.', 'Does more.');
  assert.notEqual(changed, TEXT);
  assert.equal(quickSection(JSON.parse(changed), 'files', KEY), undefined);
});
