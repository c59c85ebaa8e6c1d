import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InOrder } from '../../../lib/gateway/in-order.ts';

/** A step that is done when it is told so. */
function heldStep(name: string, taken: string[]) {
  let done: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    done = resolve;
  });
  const step = () => {
    taken.push(name);
    return ended;
  };
  return { step, done };
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 8; i++) await undefined;
};

test('a step is taken at once where none waits before it', () => {
  const taken: string[] = [];
  const order = new InOrder();
  order.run('a', 100, () => void taken.push('one'));
  order.run('a', 100, () => void taken.push('two'));
  assert.deepEqual(taken, ['one', 'two']);
});

test('steps of one key wait for those before them, and those of another do not', async () => {
  const taken: string[] = [];
  const order = new InOrder();
  const first = heldStep('first', taken);
  order.run('a', 100, first.step);
  order.run('a', 100, () => void taken.push('second'));
  order.run('a', 100, () => void taken.push('third'));
  order.run('b', 100, () => void taken.push('other'));
  await settle();
  assert.deepEqual(taken, ['first', 'other']);
  first.done();
  await settle();
  assert.deepEqual(taken, ['first', 'other', 'second', 'third']);
});

test('a step that comes while a waiting one runs goes behind it', async () => {
  const taken: string[] = [];
  const order = new InOrder();
  const [first, second] = [heldStep('first', taken), heldStep('second', taken)];
  order.run('a', 100, first.step);
  order.run('a', 100, second.step);
  first.done();
  await settle();
  order.run('a', 100, () => void taken.push('third'));
  await settle();
  assert.deepEqual(taken, ['first', 'second']);
  second.done();
  await settle();
  assert.deepEqual(taken, ['first', 'second', 'third']);
});

test('once all are done nothing waits any more, so a step is taken at once again', async () => {
  const taken: string[] = [];
  const order = new InOrder();
  const first = heldStep('first', taken);
  order.run('a', 100, first.step);
  first.done();
  await settle();
  order.run('a', 100, () => void taken.push('second'));
  assert.deepEqual(taken, ['first', 'second']);
});

test('no more bytes wait than may, but one request alone always may, and whoever need not wait has room', async () => {
  const taken: string[] = [];
  const order = new InOrder();
  const first = heldStep('first', taken);
  order.run('a', 100_000_000, first.step);
  assert.ok(order.run('a', 17_000_000, () => void taken.push('second')));
  assert.equal(
    order.run('a', 1, () => void taken.push('third')),
    undefined,
  );
  assert.ok(order.run('b', 17_000_000, () => void taken.push('other')));
  first.done();
  await settle();
  assert.deepEqual(taken, ['first', 'other', 'second']);
});

test('a step that was called off while it waited is not taken and leaves its room to others', async () => {
  const taken: string[] = [];
  const order = new InOrder();
  const first = heldStep('first', taken);
  order.run('a', 100, first.step);
  const leave = order.run('a', 16_000_000, () => void taken.push('second'));
  leave!();
  leave!();
  assert.ok(order.run('a', 16_000_000, () => void taken.push('third')));
  first.done();
  await settle();
  assert.deepEqual(taken, ['first', 'third']);
});
