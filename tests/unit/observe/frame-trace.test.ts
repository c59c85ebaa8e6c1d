import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../../lib/model/clock.ts';
import { FrameTrace } from '../../../lib/observe/frame-trace.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { readLines } from '../../support/program/gateway.ts';

test('every byte can be had back from a trace, characters cut in two and bytes that are none included', (t) => {
  const path = join(temporaryFolder(t), 'trace');
  const trace = new FrameTrace(path, systemClock, () => assert.fail());
  const whole = Buffer.concat([Buffer.from('{"a":"hé\u2028\u001b"}\n'), Buffer.from([0xff, 0x00, 0xc3])]);
  const pieces = [whole.subarray(0, 8), whole.subarray(8, 15), whole.subarray(15)];
  for (const piece of pieces) trace.write('client', 'in', piece);
  trace.write('files', 'out', Buffer.from('x'));
  trace.close();
  trace.write('files', 'out', Buffer.from('after the end'));
  assert.match(readFileSync(path, 'latin1'), /^[\x20-\x7e\n]+$/);
  const lines = readLines(path).map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ peer, direction }) => `${peer} ${direction}`),
    ['client in', 'client in', 'client in', 'files out'],
  );
  const bytes = lines
    .slice(0, 3)
    .map(({ text, base64 }) => (text === undefined ? Buffer.from(base64, 'base64') : Buffer.from(text)));
  assert.deepEqual(Buffer.concat(bytes), whole);
});

test('a trace is for its owner alone, also where the file was there before', (t) => {
  const path = join(temporaryFolder(t), 'trace');
  writeFileSync(path, 'before\n');
  chmodSync(path, 0o644);
  const trace = new FrameTrace(path, systemClock, () => {});
  trace.write('client', 'in', Buffer.from('x'));
  trace.close();
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(readLines(path)[0], 'before');
  assert.throws(() => new FrameTrace(join(path, 'below'), systemClock, () => {}), /ENOTDIR/);
});
