import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { StderrLines } from '../../../backends/stderr.ts';
import { FakeClock } from '../../support/clock.ts';

function reader(): { stream: PassThrough; clock: FakeClock; lines: string[] } {
  const stream = new PassThrough();
  const clock = new FakeClock();
  const lines: string[] = [];
  new StderrLines(stream, clock, (line) => lines.push(line));
  return { stream, clock, lines };
}

async function finish(stream: PassThrough): Promise<void> {
  stream.end();
  await once(stream, 'close');
}

test('text is cut into lines wherever its chunks end, and a character may be split between two', async () => {
  const { stream, lines } = reader();
  const bytes = Buffer.from('one\ntwo \u20ac three\r\n\nfour');
  for (const byte of bytes) stream.write(Buffer.of(byte));
  await finish(stream);
  assert.deepEqual(lines, ['one', 'two \u20ac three', 'four']);
});

test('a line is cut at 8 KiB, counted in bytes, and between characters', async () => {
  const { stream, lines } = reader();
  stream.write(`${'a'.repeat(8192)}\n${'b'.repeat(8193)}\n`);
  stream.write('x');
  for (let i = 0; i < 100; i++) stream.write('\u20ac'.repeat(100));
  stream.write('\nnext\n');
  await finish(stream);
  assert.equal(lines[0], 'a'.repeat(8192));
  assert.equal(lines[1], `${'b'.repeat(8192)}… (cut)`);
  assert.equal(lines[2], `x${'\u20ac'.repeat(2730)}… (cut)`);
  assert.equal(lines[3], 'next');
});

test('more than 64 KiB in a second is dropped and counted', async () => {
  const { stream, clock, lines } = reader();
  const line = 'n'.repeat(1024);
  for (let i = 0; i < 100; i++) stream.write(`${line}\n`);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(lines.length, 64);
  clock.pass(1000);
  stream.write('later\n');
  await finish(stream);
  assert.deepEqual(lines.slice(64), ['(36 lines dropped: more than 64 KiB a second)', 'later']);
});

test('what was dropped last is told when the stream ends', async () => {
  const { stream, lines } = reader();
  for (let i = 0; i < 70; i++) stream.write(`${'n'.repeat(1024)}\n`);
  await finish(stream);
  assert.equal(lines.at(-1), '(6 lines dropped: more than 64 KiB a second)');
});

test('a line nobody ended is told even if the stream is destroyed', async () => {
  const { stream, lines } = reader();
  stream.write('no newline');
  await new Promise((resolve) => setImmediate(resolve));
  stream.destroy();
  await once(stream, 'close');
  assert.deepEqual(lines, ['no newline']);
});
