import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readStops, removeStop, writeStop } from '../../../backends/stop-files.ts';
import { StopFolder } from '../../../backends/stops.ts';
import type { Stop } from '../../../lib/model/stops.ts';
import { FakeClock } from '../../support/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const FILES: Stop = { backend: 'files', by: 'ana', sinceMs: 1000, why: 'leaked "token"\n' };
const ALL: Stop = { backend: undefined, by: 'ben', sinceMs: 2000, why: '' };

test('a stop is read as it was written, and is gone when it is lifted', (t) => {
  const dir = join(temporaryFolder(t), 'stops');
  assert.deepEqual(readStops(dir), []);
  assert.equal(removeStop(dir, 'files'), false);
  writeStop(dir, FILES);
  writeStop(dir, ALL);
  assert.deepEqual(
    readStops(dir).sort((a, b) => a.sinceMs - b.sinceMs),
    [FILES, ALL],
  );
  assert.deepEqual(readdirSync(dir).sort(), ['all', 'backend.files']);
  assert.equal(removeStop(dir, undefined), true);
  assert.deepEqual(readStops(dir), [FILES]);
});

test('a stop is seen a tenth of a second later at the latest, and so is its end', (t) => {
  const dir = join(temporaryFolder(t), 'stops');
  const clock = new FakeClock();
  const stops = new StopFolder(dir, clock);
  assert.equal(stops.stopping('files'), undefined);
  writeStop(dir, FILES);
  clock.pass(100);
  assert.deepEqual(stops.stopping('files'), FILES);
  assert.equal(stops.stopping('web'), undefined);
  writeStop(dir, ALL);
  clock.pass(100);
  assert.deepEqual(stops.stopping('web'), ALL);
  removeStop(dir, undefined);
  removeStop(dir, 'files');
  clock.pass(100);
  assert.equal(stops.stopping('files'), undefined);
});

test('a file that is there stops, whatever is in it', (t) => {
  const dir = temporaryFolder(t);
  writeFileSync(join(dir, 'backend.files'), '');
  writeFileSync(join(dir, 'backend.web'), '{"by": 7, "since": "yesterday"}');
  mkdirSync(join(dir, 'all'));
  writeFileSync(join(dir, 'draft-1'), '{}');
  const stops = readStops(dir);
  assert.deepEqual(stops.map(({ backend }) => backend ?? '*').sort(), ['*', 'files', 'web']);
  assert.ok(stops.every(({ by, why, sinceMs }) => by === 'unknown' && why === 'unknown' && sinceMs === 0));
});

test('a folder that cannot be read is no permission, at every call', (t) => {
  const dir = join(temporaryFolder(t), 'stops');
  writeFileSync(dir, 'a file in its place');
  const stops = new StopFolder(dir, new FakeClock());
  assert.throws(() => stops.stopping('files'));
  assert.throws(() => stops.stopping('files'));
});

test('what changes is told once', (t) => {
  const dir = join(temporaryFolder(t), 'stops');
  const clock = new FakeClock();
  const stops = new StopFolder(dir, clock);
  const told: [string | undefined, boolean][] = [];
  stops.watch(({ backend }, inForce) => told.push([backend, inForce]));
  t.after(() => stops.close());
  const look = () => {
    clock.pass(100);
    stops.stopping('web');
  };
  look();
  writeStop(dir, FILES);
  look();
  look();
  writeStop(dir, { ...FILES, why: 'another reason' });
  look();
  removeStop(dir, 'files');
  look();
  assert.deepEqual(told, [
    ['files', true],
    ['files', true],
    ['files', false],
    ['files', false],
  ]);
});

test('a stop nobody calls under is told of all the same', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const dir = join(temporaryFolder(t), 'stops');
  const clock = new FakeClock();
  const stops = new StopFolder(dir, clock);
  const told: boolean[] = [];
  stops.watch((_stop, inForce) => told.push(inForce));
  writeStop(dir, ALL);
  t.mock.timers.tick(1000);
  assert.deepEqual(told, [true]);
  stops.close();
  removeStop(dir, undefined);
  clock.pass(1000);
  t.mock.timers.tick(1000);
  assert.deepEqual(told, [true]);
});
