import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exposedName, NameTable } from '../../lib/protocol/names.ts';
import { exposedUri, resolveUri } from '../../lib/protocol/uris.ts';

const backend = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/);
const plainName = fc.stringMatching(/^[A-Za-z0-9_-]{1,60}$/);
const anyName = fc.oneof(
  plainName,
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
  fc.constantFrom('read__file', '_', '__', 'a.b', 'a b', 'a/b', 'x'.repeat(200), `${'x'.repeat(40)}_abc123`),
);
const maxLength = fc.integer({ min: 44, max: 128 });

test('an exposed name is short enough, takes only letters every client takes, and is always the same', () => {
  fc.assert(
    fc.property(backend, anyName, maxLength, (from, name, most) => {
      const exposed = exposedName(from, name, { prefix: true, maxLength: most });
      assert.ok(exposed.length <= most);
      assert.match(exposed, /^[A-Za-z0-9_-]+$/);
      assert.ok(exposed.startsWith(`${from}__`));
      assert.equal(exposedName(from, name, { prefix: true, maxLength: most }), exposed);
      assert.equal(exposedName(from, name, { prefix: false, maxLength: most }), name);
    }),
    { numRuns: 1000 },
  );
});

test('a name that fits and needs no respelling is exposed as it is, behind its backend', () => {
  fc.assert(
    fc.property(backend, plainName, (from, name) => {
      assert.equal(exposedName(from, name, { prefix: true, maxLength: 128 }), `${from}__${name}`);
    }),
  );
});

test('different tools have different exposed names', () => {
  const tool = fc.tuple(fc.constantFrom('a', 'b', 'a-b', 'files'), anyName);
  const tools = fc.uniqueArray(tool, { selector: (pair) => pair.join('/'), minLength: 2, maxLength: 12 });
  // The seed is fixed because six hex digits of a hash may meet by chance, once in many thousand runs.
  fc.assert(
    fc.property(tools, maxLength, (all, most) => {
      const exposed = all.map(([from, name]) => exposedName(from, name, { prefix: true, maxLength: most }));
      assert.equal(new Set(exposed).size, all.length);
    }),
    { numRuns: 1000, seed: 20260728 },
  );
});

test('a table gives each exposed name back as what it stands for, and never gives one to two tools', () => {
  const entry = fc.tuple(fc.constantFrom('x', 'y', 'x y', 'x_y'), fc.constantFrom('one', 'two', 'three'));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
      const table = new NameTable('files', 'tool');
      const owners = new Map<string, string>();
      for (const [name, exposed] of entries) {
        const added = table.add(exposed, name);
        const owner = owners.get(exposed) ?? name;
        owners.set(exposed, owner);
        assert.equal(added, owner === name);
        const found = table.find(exposed)!;
        assert.equal(found.name, owner);
        assert.deepEqual(found.resource, { backend: 'files', type: 'tool', id: found.name });
      }
    }),
  );
});

test('an exposed URI leads back to its backend and is the same URI there', () => {
  const uri = fc.oneof(
    fc.webUrl(),
    fc.constantFrom('file:///a+b', 'ui://app/main', 'ui://files+x', 'files+file:///x', 'custom:thing'),
  );
  const backends = fc.uniqueArray(backend, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(backends, fc.nat(), uri, (names, choice, own) => {
      const from = names[choice % names.length]!;
      assert.deepEqual(resolveUri(exposedUri(from, own), names), { backend: from, uri: own });
    }),
    { numRuns: 500 },
  );
});
