import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoadedLater } from '../../../lib/checks/loaded-later.ts';

test('it is loaded once, when it is first asked for, and is then there at once', async () => {
  let loads = 0;
  const loaded = { judge: true };
  const later = new LoadedLater(async () => {
    loads += 1;
    return loaded;
  });
  assert.equal(loads, 0);
  assert.deepEqual(await Promise.all([later.get(), later.get()]), [loaded, loaded]);
  assert.equal(later.get(), loaded);
  assert.equal(loads, 1);
});

test('what could not be loaded is told everybody who asks, and nobody when it is only warmed', async () => {
  let loads = 0;
  const later = new LoadedLater<object>(async () => {
    loads += 1;
    throw new Error('no such chunk');
  });
  later.warm();
  await assert.rejects(async () => later.get(), /no such chunk/);
  await assert.rejects(async () => later.get(), /no such chunk/);
  assert.equal(loads, 1);
});

test('what is done after warming may fail alone', async () => {
  const later = new LoadedLater(async () => ({ judge: true }));
  let reached = false;
  later.warm(async () => {
    reached = true;
    throw new Error('no grammar');
  });
  assert.deepEqual(await later.get(), { judge: true });
  assert.equal(reached, true);
});
