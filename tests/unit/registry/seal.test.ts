import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import type { LockedBackend } from '../../../lib/model/registry.ts';
import { sealed, sealingKey, sealState } from '../../../lib/registry/seal.ts';
import { isVouched, unvouched } from '../../../lib/registry/vouched.ts';
import { approved, newKey, section, tool } from '../../support/registry/offered-items.ts';

const KEY = newKey();
const PLAIN = section([{ ...approved(tool('read')), effect: { kind: 'read', flags: [] } }, tool('write')]);
const SEALED = sealed('files', PLAIN, KEY);

test('a seal is of this user, of another one, or there is none', () => {
  assert.equal(sealState('files', SEALED, KEY), 'own');
  assert.equal(sealState('files', SEALED, newKey()), 'other');
  assert.equal(sealState('files', SEALED, undefined), 'other');
  assert.equal(sealState('files', PLAIN, KEY), 'none');
});

test('a seal holds whatever order the items were in', () => {
  const reversed = sealed('files', { ...PLAIN, items: [...PLAIN.items].reverse() }, KEY);
  assert.deepEqual(reversed, SEALED);
});

test('a seal breaks when anything under it is changed', () => {
  const [read, write] = SEALED.items as [LockedBackend['items'][number], LockedBackend['items'][number]];
  const changes: Readonly<Record<string, LockedBackend>> = {
    effect: { ...SEALED, items: [{ ...read, effect: { kind: 'write', flags: [] } }, write] },
    'a flag': { ...SEALED, items: [{ ...read, effect: { kind: 'read', flags: ['external'] } }, write] },
    'who approved': { ...SEALED, items: [{ ...read, approved: { by: 'eve', at: read.approved!.at } }, write] },
    'an approval more': { ...SEALED, items: [read, { ...write, approved: read.approved! }] },
    'an item less': { ...SEALED, items: [read] },
    'an item more': { ...SEALED, items: [read, write, tool('x')] },
    definition: { ...SEALED, items: [{ ...read, ...tool('read', { title: 'x' }) }, write] },
    command: { ...SEALED, launch: { ...SEALED.launch, fingerprint: 'f2' } },
    package: { ...SEALED, launch: { fingerprint: 'f1', package: { name: 'npm:a', version: '1.0.1' } } },
    era: { ...SEALED, server: { ...SEALED.server, era: 'modern' } },
    handshake: { ...SEALED, server: { era: 'legacy', result: { capabilities: { tools: {} } } } },
    signature: { ...SEALED, seal: { ...SEALED.seal!, signature: `A${SEALED.seal!.signature.slice(1)}` } },
    'no signature': { ...SEALED, seal: { ...SEALED.seal!, signature: '' } },
  };
  for (const [what, changed] of Object.entries(changes)) assert.equal(sealState('files', changed, KEY), 'broken', what);
  assert.equal(sealState('web', SEALED, KEY), 'broken', 'the section of another backend');
});

test('only Ed25519 keys seal', () => {
  assert.throws(() => sealingKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey), /Ed25519/);
  assert.match(KEY.id, /^[0-9a-f]{32}$/);
});

test('approvals count by a seal of this user, or by where the file lies unless a seal of ours is broken', () => {
  const table = (['own', 'other', 'none', 'broken'] as const).map((seal) => [
    seal,
    isVouched(seal, false),
    isVouched(seal, true),
  ]);
  assert.deepEqual(table, [
    ['own', true, true],
    ['other', false, true],
    ['none', false, true],
    ['broken', false, false],
  ]);
});

test('of a section nobody vouches for the pins are left and nothing else', () => {
  const { items, seal, launch } = unvouched(SEALED);
  assert.deepEqual([items, seal, launch], [[tool('read'), tool('write')], undefined, SEALED.launch]);
});
