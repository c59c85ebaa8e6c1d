import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Frame } from '../../../lib/wire/frame.ts';
import { FrameReader } from '../../../lib/wire/reader.ts';

const LIMITS = { maxFrameBytes: 8 << 20, maxJsonDepth: 100 };

function replyOf(id: number, bytes: number): string {
  const text = 'a "line" é 🙂\n'.repeat(Math.ceil(bytes / 19));
  return JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } });
}

function read(bytes: Buffer, sizes: readonly number[], limits = LIMITS): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader(limits, (frame) => frames.push(frame));
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    reader.push(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
  reader.end();
  return frames;
}

function resultOf(frame: Frame | undefined): Buffer {
  assert.ok(frame?.kind === 'reply' && frame.result !== undefined, JSON.stringify(frame)?.slice(0, 200));
  return frame.result.bytes();
}

test('a large frame is the same however it was cut, and so are those before and after it', () => {
  const size = fc.oneof(fc.integer({ min: 1000, max: 5000 }), fc.integer({ min: 60_000, max: 400_000 }));
  const length = fc.constantFrom(10, 200_000, 262_000, 300_000, 1_100_000);
  fc.assert(
    fc.property(
      fc.array(length, { minLength: 1, maxLength: 3 }),
      fc.array(size, { minLength: 1, maxLength: 4 }),
      (lengths, sizes) => {
        const lines = lengths.map((one, id) => replyOf(id, one));
        const frames = read(Buffer.from(`${lines.join('\n')}\n`), sizes);
        assert.equal(frames.length, lines.length);
        for (const [index, line] of lines.entries()) {
          const [alone] = read(Buffer.from(line), [line.length * 4]);
          assert.ok(resultOf(frames[index]).equals(resultOf(alone)));
        }
      },
    ),
    { numRuns: 6 },
  );
});

test('a large frame that came in many pieces is one piece', () => {
  const [frame] = read(Buffer.from(replyOf(1, 2_000_000)), [65_536]);
  assert.ok(frame?.kind === 'reply');
  assert.equal(frame.result?.parts.length, 1);
});

test('what is over the cap is refused though there is room for it, and what follows is read', () => {
  const lines = `${replyOf(1, 1_200_000)}\n${replyOf(2, 300_000)}\n`;
  const [first, second] = read(Buffer.from(lines), [50_000], { ...LIMITS, maxFrameBytes: 1_000_000 });
  assert.equal(first?.kind === 'malformed' && first.code, 'SP8004');
  assert.equal(resultOf(second).length > 290_000, true);
});
