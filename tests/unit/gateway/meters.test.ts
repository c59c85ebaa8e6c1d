import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NoiseMeter } from '../../../lib/gateway/backend/noise.ts';
import { ChatterMeter } from '../../../lib/gateway/chatter.ts';
import { FakeClock } from '../../support/clock.ts';

const MIB = 1024 * 1024;

function noiseMeter(): { meter: NoiseMeter; clock: FakeClock } {
  const clock = new FakeClock();
  const meter = new NoiseMeter(clock);
  meter.reset();
  return { meter, clock };
}

test('a banner is tolerated, a mebibyte at once is not', () => {
  const { meter } = noiseMeter();
  assert.equal(meter.tooMuch(10_000), false);
  assert.equal(meter.tooMuch(MIB), true);
});

test('noise is tolerated at 64 KiB a second for as long as it lasts', () => {
  const { meter, clock } = noiseMeter();
  for (let second = 0; second < 100; second++) {
    assert.equal(meter.tooMuch(64 * 1024 - 64), false);
    clock.pass(1000);
  }
});

test('a flood of empty lines is noise, too', () => {
  const { meter } = noiseMeter();
  let lines = 0;
  while (!meter.tooMuch(0)) lines++;
  assert.equal(lines, MIB / 64);
});

test('the first fifty lines are worth a record, and a restart begins anew', () => {
  const { meter } = noiseMeter();
  for (let i = 0; i < 49; i++) meter.tooMuch(1);
  assert.equal(meter.worthRecording, true);
  meter.tooMuch(1);
  assert.equal(meter.worthRecording, false);
  assert.equal(meter.tooMuch(2 * MIB), true);
  meter.reset();
  assert.equal(meter.worthRecording, true);
  assert.equal(meter.lines, 0);
  assert.equal(meter.tooMuch(1000), false);
});

test('a thousand notifications pass at once, then two hundred a second', () => {
  const clock = new FakeClock();
  const meter = new ChatterMeter(clock);
  const passed = (attempts: number) => Array.from({ length: attempts }, () => meter.allows()).filter(Boolean).length;
  assert.equal(passed(1500), 1000);
  clock.pass(1000);
  assert.equal(passed(500), 200);
  clock.pass(3_600_000);
  assert.equal(passed(5000), 1000, 'what was not used does not add up');
});
