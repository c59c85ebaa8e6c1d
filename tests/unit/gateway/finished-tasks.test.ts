import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FinishedTasks } from '../../../lib/gateway/finished-tasks.ts';
import { Payload } from '../../../lib/wire/payload.ts';

const clock = { now: () => 0, monotonic: () => 0 };
const result = Payload.of('{"content":[]}');

test('finished tasks are found under their backend alone, for as long as their client wanted', () => {
  const tasks = new FinishedTasks();
  let now = 1000;
  const moving = { now: () => now, monotonic: () => now };
  const { id, until } = tasks.add('one', result, 500, moving);
  assert.equal(until, 1500);
  assert.equal(tasks.get('one', id, moving)?.result, result);
  assert.equal(tasks.get('two', id, moving), undefined);
  assert.deepEqual(tasks.of('two', moving), []);
  now = 1501;
  assert.equal(tasks.get('one', id, moving), undefined);
  for (const odd of [undefined, -1, 'x', 1e300]) {
    const kept = tasks.add('one', result, odd, moving).until - now;
    assert.ok(kept > 0 && kept <= 3_600_000, String(odd));
  }
});

test('a hundred finished tasks are kept, and sixteen megabytes; the oldest go first', () => {
  const tasks = new FinishedTasks();
  const ids = Array.from({ length: 101 }, () => tasks.add('one', result, 1000, clock).id);
  assert.deepEqual(
    tasks.of('one', clock).map(({ id }) => id),
    ids.slice(1).reverse(),
  );
  const big = Payload.of(JSON.stringify('x'.repeat(9 * 1024 * 1024)));
  const [first, second] = [tasks.add('one', big, 1000, clock), tasks.add('one', big, 1000, clock)];
  assert.equal(tasks.get('one', first.id, clock), undefined);
  assert.equal(tasks.get('one', second.id, clock)?.result, big);
  assert.deepEqual(tasks.of('one', clock), [second]);
});
