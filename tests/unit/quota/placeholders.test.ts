import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Placeholders } from '../../../lib/quota/placeholders.ts';
import { FakeClock } from '../../support/clock.ts';

const PLACE = '["files","tool","read","/password"]';
const long = (index: number) => String(index).padStart(16_000, 'x');

test('a session has so much room for secrets, and what has none goes back to nobody', () => {
  const placeholders = new Placeholders(new FakeClock());
  const tags = Array.from({ length: 40 }, (_, index) => placeholders.tagOf('one', long(index), PLACE));
  const kept = tags.filter((tag) => tag !== undefined).length;
  assert.ok(kept > 20 && kept < 40, `${kept} of 40`);
  assert.equal(tags.at(-1), undefined);
  assert.equal(placeholders.secretOf('one', tags[0]!, PLACE), long(0));
});

test('all sessions together have so much room, and those used last keep theirs', () => {
  const placeholders = new Placeholders(new FakeClock());
  const tags = Array.from({ length: 80 }, (_, scope) => {
    for (let i = 1; i < 30; i++) placeholders.tagOf(`scope ${scope}`, long(i), PLACE);
    return placeholders.tagOf(`scope ${scope}`, long(0), PLACE)!;
  });
  const kept = tags.filter((tag, scope) => placeholders.secretOf(`scope ${scope}`, tag, PLACE) !== undefined);
  assert.ok(kept.length > 20 && kept.length < 40, `${kept.length} of 80`);
  assert.deepEqual(kept, tags.slice(-kept.length));
});

test('a place nobody would write by hand is not remembered', () => {
  const placeholders = new Placeholders(new FakeClock());
  assert.equal(placeholders.tagOf('one', 'secret', '/a'.repeat(3000)), undefined);
});
