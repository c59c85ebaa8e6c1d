import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../../lib/model/json.ts';
import type { LockedBackend, LockedItem } from '../../lib/model/registry.ts';
import { canonical, canonicalText, hashOf } from '../../lib/registry/canonical.ts';
import { diffDefinitions } from '../../lib/registry/diff.ts';
import { formatLockfile } from '../../lib/registry/format.ts';
import { parseLockfile } from '../../lib/registry/lockfile.ts';
import { isRefused, readItem } from '../../lib/registry/offered.ts';
import { byKindAndId } from '../../lib/registry/order.ts';
import { sealed, sealState } from '../../lib/registry/seal.ts';
import { newKey, section } from '../support/registry/offered-items.ts';

const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' });
const object = fc.dictionary(fc.string({ unit: 'grapheme' }), json, { maxKeys: 6 });
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const definition = fc.tuple(name, object).map(([id, more]): Json => ({ ...more, name: id }));
const KEY = newKey();

function itemOf(kind: 'tool' | 'prompt', value: Json): LockedItem {
  const item = readItem(kind, JSON.stringify(value));
  assert.ok(!isRefused(item));
  return item;
}

const items = fc
  .array(fc.tuple(fc.constantFrom('tool' as const, 'prompt' as const), definition), { maxLength: 5 })
  .map((all) => new Map(all.map(([kind, value]) => [`${kind} ${value['name']}`, itemOf(kind, value)])))
  .map((all) => [...all.values()].sort(byKindAndId));
const backend = fc
  .tuple(items, object)
  .map(
    ([all, result]): LockedBackend =>
      section(all, { server: { era: 'modern', result: JSON.parse(canonical(result)) } }),
  );

test('a lockfile that is written is read as it was, and every seal in it holds', () => {
  fc.assert(
    fc.property(fc.dictionary(name, backend, { maxKeys: 3 }), (backends) => {
      const all = Object.entries(backends).map(([id, one]) => [id, sealed(id, one, KEY)] as const);
      const file = { version: 1, backends: Object.fromEntries(all) } as const;
      const read = parseLockfile(formatLockfile(file), 'f');
      assert.equal(formatLockfile(read), formatLockfile(file));
      for (const [id, one] of all) {
        assert.deepEqual(read.backends[id], one);
        assert.equal(sealState(id, read.backends[id]!, KEY), 'own');
      }
    }),
    { numRuns: 60 },
  );
});

test('the form of a value is its own form, is the same value, and does not depend on the order of keys', () => {
  fc.assert(
    fc.property(object, (value) => {
      const form = canonical(value);
      assert.equal(canonicalText(form), form);
      assert.equal(canonicalText(JSON.stringify(value, null, 3)), form);
      assert.equal(canonical(Object.fromEntries(Object.entries(value).reverse())), form);
      assert.deepEqual(JSON.parse(form), JSON.parse(JSON.stringify(value, (_, one) => (Object.is(one, -0) ? 0 : one))));
    }),
  );
});

/** Every value that differs from `value` in one place. */
function* mutations(value: unknown): Generator<unknown> {
  yield value === null ? 0 : null;
  if (Array.isArray(value)) {
    for (const [i, one] of value.entries()) for (const other of mutations(one)) yield value.with(i, other);
    yield [...value, 0];
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      for (const other of mutations(one)) yield { ...value, [key]: other };
      const { [key]: _, ...less } = value as Record<string, unknown>;
      yield less;
    }
    yield { ...value, 'a key nobody has': 1 };
  }
}

test('a change anywhere in a definition changes its hash, and is never a difference of nothing', () => {
  fc.assert(
    fc.property(definition, (value) => {
      const before = itemOf('tool', value);
      for (const other of mutations(value)) {
        if (canonical(other) === before.text) continue;
        assert.notEqual(hashOf(other), before.hash);
        if ((other as Json | null)?.['name'] === value['name']) {
          assert.ok(diffDefinitions(before, itemOf('tool', other as Json)).length > 0);
        }
      }
    }),
    { numRuns: 50 },
  );
});
