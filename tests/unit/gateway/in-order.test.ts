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
  order.run('a', () => void taken.push('one'));
  order.run('a', () => void taken.push('two'));
  assert.deepEqual(taken, ['one', 'two']);
});

test('steps of one key wait for those before them, and those of another do not', async () => {
  const taken: string[] = [];
  const order = new InOrder();
  const first = heldStep('first', taken);
  order.run('a', first.step);
  order.run('a', () => void taken.push('second'));
  order.run('a', () => void taken.push('third'));
  order.run('b', () => void taken.push('other'));
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
  order.run('a', first.step);
  order.run('a', second.step);
  first.done();
  await settle();
  order.run('a', () => void taken.push('third'));
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
  order.run('a', first.step);
  first.done();
  await settle();
  order.run('a', () => void taken.push('second'));
  assert.deepEqual(taken, ['first', 'second']);
});
