import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LockedBackend } from '../../../lib/model/registry.ts';
import { hashOfCanonical } from '../../../lib/registry/canonical.ts';
import { formatLockfile } from '../../../lib/registry/format.ts';
import { parseLockfile, pinsOf } from '../../../lib/registry/lockfile.ts';
import { isRefused, type OfferedItem, readItem } from '../../../lib/registry/offered.ts';
import { quickSection } from '../../../lib/registry/quick-read.ts';
import { sealed } from '../../../lib/registry/seal.ts';
import { templateMatches } from '../../../lib/registry/template.ts';
import { someKey } from '../../support/registry/pin-files.ts';

const KEY = someKey();
const READ = item({
  name: 'read',
  description: 'Liest “Ümläute” \u2028 und 𝄞.',
  inputSchema: { 10: 1, 9: [1.5, 1e21] },
});
const SECTION: LockedBackend = {
  launch: { fingerprint: 'f' },
  server: { era: 'legacy', result: { capabilities: { tools: {} }, protocolVersion: '2025-11-25' } },
  items: [{ ...READ, effect: { kind: 'read', flags: [] }, approved: { by: 'ana', at: '2026-11-21T12:00:00Z' } }],
};
const TEXT = formatLockfile({ version: 1, backends: { files: sealed('files', SECTION, KEY) } });

function item(definition: object): OfferedItem {
  const read = readItem('tool', JSON.stringify(definition));
  if (isRefused(read)) throw new Error(read.why);
  return read;
}

test('a section with the seal of its user is read quickly as it is read with care', () => {
  const quick = quickSection(JSON.parse(TEXT), 'files', KEY)!;
  const careful = pinsOf(parseLockfile(TEXT, 'x'), 'files')!;
  assert.deepEqual(
    quick.items.map(({ kind, id, hash, definition, text, effect, approved }) => ({
      kind,
      id,
      hash,
      definition,
      text,
      effect,
      approved,
    })),
    careful.items,
  );
  assert.deepEqual({ ...quick, items: [] }, { ...careful, items: [] });
  assert.equal(hashOfCanonical(quick.items[0]!.text), READ.hash);
});

test('what was changed after it was sealed is not read quickly', () => {
  for (const [from, to] of [
    ['"fingerprint": "f"', '"fingerprint": "g"'],
    ['"kind": "read"', '"kind": "write"'],
    ['"by": "ana"', '"by": "bo"'],
    ['"legacy"', '"modern"'],
    ['2025-11-25"', '2025-06-18"'],
    ['"files"', '"other"'],
  ] as const) {
    assert.ok(TEXT.includes(from));
    const changed = JSON.parse(TEXT.replace(from, to));
    assert.equal(quickSection(changed, from === '"files"' ? 'other' : 'files', KEY), undefined, from);
  }
  assert.equal(quickSection(JSON.parse(TEXT), 'files', someKey()), undefined, 'another key');
  assert.equal(quickSection(JSON.parse(TEXT), 'constructor', KEY), undefined);
  for (const odd of [null, 7, [], { backends: 7 }, { backends: { files: { items: [] } } }]) {
    assert.equal(quickSection(odd, 'files', KEY), undefined);
  }
  assert.equal(
    quickSection(JSON.parse(TEXT.replace('Liest', 'Stiehlt')), 'files', KEY),
    undefined,
    'another definition',
  );
});

test('a template makes URIs of its form, without a way out of a part', () => {
  for (const [template, uri, makes] of [
    ['note://days/{day}', 'note://days/monday', true],
    ['note://days/{day}', 'note://days/', true],
    ['note://days/{day}', 'note://days/a/b', false],
    ['note://days/{day}', 'note://days/..', false],
    ['note://days/{day}', 'note://weeks/1', false],
    ['file:///{+path}', 'file:///a/b/c', true],
    ['file:///{+path}', 'file:///a/../../etc/passwd', false],
    ['a://{x}/b/{y}.txt', 'a://1/b/2.txt', true],
    ['a://{x}/b/{y}.txt', 'a://1/b/2.md', false],
    ['a://fixed', 'a://fixed', true],
    ['a://fixed', 'a://fixed2', false],
  ] as const) {
    assert.equal(templateMatches(template, uri), makes, `${template} ${uri}`);
  }
  assert.equal(templateMatches('{a}'.repeat(500), 'x'.repeat(8000)), true);
});
