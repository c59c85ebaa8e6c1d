import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { ByteBudget } from '../../../lib/wire/budget.ts';
import type { Frame } from '../../../lib/wire/frame.ts';
import { Link } from '../../../lib/wire/link.ts';

test('a budget says when the bytes of all its users together are over the limit', () => {
  const budget = new ByteBudget(100);
  assert.equal(budget.add(60), true);
  assert.equal(budget.add(40), true);
  assert.equal(budget.add(1), false);
  assert.equal(budget.add(-1), true);
  assert.equal(budget.used, 100);
});

const HALF_A_FRAME = `{"jsonrpc":"2.0","id":7,"method":"m","params":{"a":"${'x'.repeat(300 * 1024)}`;

function linkOn(budget: ByteBudget): { input: PassThrough; frames: Frame[] } {
  const input = new PassThrough({ highWaterMark: 1024 * 1024 });
  const frames: Frame[] = [];
  const events = {
    chunk: (read: () => void) => read(),
    frame: (frame: Frame) => void frames.push(frame),
    drained: () => {},
    ended: () => {},
  };
  new Link(input, new PassThrough(), { maxFrameBytes: 8 * 1024 * 1024, maxJsonDepth: 50 }, budget, events);
  return { input, frames };
}

const turnOfLoop = () => new Promise((resolve) => setImmediate(resolve));

test('when unfinished frames of many peers fill the budget, the big one is dropped and reported, not the next', async () => {
  const budget = new ByteBudget(500 * 1024);
  const one = linkOn(budget);
  const other = linkOn(budget);
  one.input.write(HALF_A_FRAME);
  await turnOfLoop();
  other.input.write(HALF_A_FRAME);
  await turnOfLoop();
  one.input.write('"}}\n');
  other.input.write('"}}\n{"jsonrpc":"2.0","id":8,"method":"m"}\n');
  await turnOfLoop();
  assert.deepEqual(
    one.frames.map(({ kind }) => kind),
    ['request'],
  );
  const [dropped, next] = other.frames;
  assert.equal(dropped?.kind === 'malformed' && dropped.code, 'SP8004');
  assert.equal(dropped?.kind === 'malformed' && dropped.id?.key, 7);
  assert.equal(next?.kind, 'request');
  assert.equal(budget.used, 0);
});

test('a peer that leaves in the middle of a frame gives its bytes back', async () => {
  const budget = new ByteBudget(500 * 1024);
  const { input } = linkOn(budget);
  input.write(HALF_A_FRAME);
  await turnOfLoop();
  assert.ok(budget.used > 300 * 1024);
  input.end();
  await turnOfLoop();
  await turnOfLoop();
  assert.equal(budget.used, 0);
});
