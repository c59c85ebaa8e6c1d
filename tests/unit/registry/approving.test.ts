import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LockedBackend } from '../../../lib/model/registry.ts';
import { type Agreed, isToAgree, withAgreed } from '../../../lib/registry/approving.ts';
import { compare } from '../../../lib/registry/compare.ts';
import { KINDS, keyOf } from '../../../lib/registry/order.ts';
import { approved, offered, section, tool } from '../../support/registry/offered-items.ts';

const NOW = { by: 'ben', at: '2026-02-03T04:05:06Z' };
const BEFORE = section([
  { ...approved(tool('a')), effect: { kind: 'read', flags: [] } },
  approved(tool('b')),
  tool('c'),
]);

function agreed(more: Partial<Agreed>): Agreed {
  const { launch, server } = section([], { launch: { fingerprint: 'f2' } });
  return { items: [], removed: [], launch, server, approved: NOW, ...more };
}

function approvals({ items }: LockedBackend): Record<string, string | undefined> {
  return Object.fromEntries(items.map(({ id, approved: by }) => [id, by?.by]));
}

test('what is new and what nobody approved is to be agreed to; what changed or vanished if that is asked for', () => {
  const found = compare(BEFORE, [tool('a'), tool('b', { title: 'B' }), tool('c'), tool('d')], new Set(KINDS));
  const gone = compare(BEFORE, [tool('a')], new Set(KINDS));
  const ids = (all: typeof found, update: boolean) => all.filter((item) => isToAgree(item, update)).map(({ id }) => id);
  assert.deepEqual(
    [ids(found, false), ids(found, true)],
    [
      ['c', 'd'],
      ['b', 'c', 'd'],
    ],
  );
  assert.deepEqual([ids(gone, false), ids(gone, true)], [[], ['b', 'c']]);
});

test('what was agreed to is pinned as it was shown, and everything else stays as the file has it by now', () => {
  const after = withAgreed(BEFORE, agreed({ items: [tool('a', { title: 'A' }), offered('prompt', { name: 'a' })] }));
  assert.deepEqual(after.items.map(keyOf), ['tool a', 'tool b', 'tool c', 'prompt a']);
  assert.deepEqual(approvals(after), { a: 'ben', b: 'anna', c: undefined });
  assert.deepEqual(after.items[1], BEFORE.items[1]);
  const [changed] = after.items;
  assert.deepEqual([changed?.definition['title'], changed?.effect], ['A', { kind: 'read', flags: [] }]);
  assert.deepEqual([after.launch, after.seal], [{ fingerprint: 'f2' }, undefined]);
});

test('a pin that somebody renewed meanwhile is not removed', () => {
  const removed = [BEFORE.items[1]!, BEFORE.items[2]!];
  const meanwhile = section([BEFORE.items[0]!, approved(tool('b', { title: 'B' })), BEFORE.items[2]!]);
  assert.deepEqual(approvals(withAgreed(BEFORE, agreed({ removed }))), { a: 'anna' });
  assert.deepEqual(approvals(withAgreed(meanwhile, agreed({ removed }))), { a: 'anna', b: 'anna' });
});

test('what a person says of a tool takes the place of what was said before', () => {
  const effects = new Map([[keyOf(tool('a')), { kind: 'destructive', flags: ['external'] } as const]]);
  const [said] = withAgreed(BEFORE, agreed({ items: [tool('a')], effects })).items;
  assert.deepEqual(said?.effect, { kind: 'destructive', flags: ['external'] });
});
