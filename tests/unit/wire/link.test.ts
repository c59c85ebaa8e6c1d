import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { ByteBudget } from '../../../lib/wire/budget.ts';
import { Link } from '../../../lib/wire/link.ts';

function link(): { readable: PassThrough; budget: ByteBudget; seen: string[] } {
  const readable = new PassThrough();
  const budget = new ByteBudget(100);
  const seen: string[] = [];
  const limits = { maxFrameBytes: 1000, maxJsonDepth: 20 };
  new Link(readable, new PassThrough(), limits, budget, {
    chunk: (read) => read(),
    frame: (frame) => seen.push(frame.kind),
    drained: () => {},
    ended: () => seen.push('ended'),
  });
  return { readable, budget, seen };
}

test('a peer that ends is told once, after its last frame', async () => {
  const { readable, seen } = link();
  readable.end('{"jsonrpc":"2.0","method":"x"}');
  await once(readable, 'close');
  assert.deepEqual(seen, ['notification', 'ended']);
});

test('a peer whose stream breaks has ended, too, and what was held of it is given back', async () => {
  const { readable, budget, seen } = link();
  readable.write(`{"jsonrpc":"2.0","method":"${'x'.repeat(60)}`);
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(budget.used > 60, 'an unfinished frame is held');
  readable.destroy(new Error('read EIO'));
  await new Promise((resolve) => readable.once('close', resolve));
  assert.equal(seen.at(-1), 'ended');
  assert.equal(budget.used, 0);
});
