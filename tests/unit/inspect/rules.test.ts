import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pieceOf } from '../../../lib/inspect/pieces.ts';
import { scan } from '../../../lib/inspect/scan.ts';
import { sourceRules } from '../../../scripts/rules/injection.ts';
import { ROOT } from '../../support/paths.ts';

const RULES = sourceRules(join(ROOT, 'lib', 'inspect', 'rules'));

for (const { id, channels, hits, misses } of RULES) {
  test(`the rule ${id} finds what it is for and passes over what only looks like it`, () => {
    assert.ok(hits.length >= 2 && misses.length >= 2, 'two texts of each kind at least');
    for (const channel of channels) {
      const found = (text: string) => scan(pieceOf(text), channel).hits.some(({ rule }) => rule === id);
      assert.deepEqual(
        hits.filter((text) => !found(text)),
        [],
        `${channel}: missed`,
      );
      assert.deepEqual(misses.filter(found), [], `${channel}: found by mistake`);
    }
  });
}

test('every rule says where its idea comes from, and is the only one of its name', () => {
  assert.deepEqual(
    RULES.filter(({ source }) => source.length < 10).map(({ id }) => id),
    [],
  );
  assert.equal(new Set(RULES.map(({ id }) => id)).size, RULES.length);
});
