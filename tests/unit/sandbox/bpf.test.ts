import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  answer,
  assemble,
  equals,
  hasAny,
  type Instruction,
  load,
  mask,
  unless,
  when,
} from '../../../backends/sandbox/bpf.ts';
import { runFilter } from '../../support/sandbox/bpf.ts';

const YES = 1;
const NO = 2;
/** Instructions that change nothing, to make a body long. */
const padding = (length: number): Instruction[] => Array.from({ length }, () => load(0));

test('a body is run or passed over, however long it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 600 }), fc.nat({ max: 3 }), fc.nat({ max: 3 }), (length, nr, wanted) => {
      const body = [...padding(length), answer(YES)];
      const held = assemble([load(0), ...when(equals(wanted), body), answer(NO)]);
      const turned = assemble([load(0), ...unless(equals(wanted), body), answer(NO)]);
      assert.equal(runFilter(held, { arch: 0, nr }), nr === wanted ? YES : NO);
      assert.equal(runFilter(turned, { arch: 0, nr }), nr === wanted ? NO : YES);
    }),
  );
});

test('a body that does not answer goes on with what follows it', () => {
  for (const length of [0, 1, 255, 256, 511]) {
    const program = assemble([
      load(0),
      ...when(equals(7), padding(length)),
      ...when(hasAny(4), [answer(YES)]),
      answer(NO),
    ]);
    assert.equal(runFilter(program, { arch: 0, nr: 7 }), YES);
    assert.equal(runFilter(program, { arch: 0, nr: 8 }), NO);
  }
});

test('a mask keeps the bits it names, the highest one too', () => {
  const program = assemble([load(0), mask(0x8000_0001), ...when(equals(0x8000_0001), [answer(YES)]), answer(NO)]);
  assert.equal(runFilter(program, { arch: 0, nr: -1 }), YES);
  assert.equal(runFilter(program, { arch: 0, nr: 1 }), NO);
});

test('a program longer than the kernel takes is refused', () => {
  assert.equal(assemble(padding(4096)).length, 8 * 4096);
  assert.throws(() => assemble(padding(4097)), RangeError);
});
