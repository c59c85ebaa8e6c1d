import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseId } from '../../../lib/wire/frame.ts';
import { Interned } from '../../../lib/wire/interned.ts';
import { NUMBER_ENDS, naturalAt, naturalOf, numberMayEnd, numberStart, numberStep } from '../../../lib/wire/numbers.ts';

/** How much of `text` is a number: all of it, nothing, or where it stops. */
function read(text: string): 'number' | 'unfinished' | 'none' | { stopsAt: number } {
  let state = numberStart(text.charCodeAt(0));
  if (state === NUMBER_ENDS) return 'none';
  for (let i = 1; i < text.length; i++) {
    const next = numberStep(state, text.charCodeAt(i));
    if (next === NUMBER_ENDS) return { stopsAt: i };
    state = next;
  }
  return numberMayEnd(state) ? 'number' : 'unfinished';
}

test('numbers of JSON are read to their end', () => {
  for (const text of ['0', '-0', '7', '120', '-3.25', '0.0', '1e5', '1E+5', '1e-05', '-0.5E10', '9'.repeat(50)]) {
    assert.equal(read(text), 'number', text);
  }
});

test('what only looks like a number is not one', () => {
  for (const text of ['-', '1.', '1e', '1e+', '-0.', '0e-']) assert.equal(read(text), 'unfinished', text);
  for (const text of ['+1', '.5', 'e5', 'Infinity', 'NaN']) assert.equal(read(text), 'none', text);
  assert.deepEqual(read('01'), { stopsAt: 1 });
  assert.deepEqual(read('-01'), { stopsAt: 2 });
  assert.deepEqual(read('1.2.3'), { stopsAt: 3 });
  assert.deepEqual(read('0x10'), { stopsAt: 1 });
  assert.deepEqual(read('1_000'), { stopsAt: 1 });
  assert.deepEqual(read('1e5.0'), { stopsAt: 3 });
});

/** Texts that are numbers, almost numbers, and none. */
const NEARLY_A_NUMBER = fc.oneof(
  fc.nat().map(String),
  fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...'0123456789-+.eE "\u0660\u{1d7ce}'), maxLength: 12 }),
);

/** What `text` is worth when it is the one way to write a number of up to nine digits. */
function worthOf(text: string): number {
  return /^(?:0|[1-9]\d{0,8})$/.test(text) ? Number(text) : -1;
}

test('a natural number is one that is written in the only way, wherever it stands', () => {
  for (const text of ['0', '7', '10', '999999999']) assert.equal(naturalOf(text), Number(text), text);
  for (const text of ['', '00', '01', '-1', '1.0', '1e3', ' 1', '1 ', '1000000000', '\u0661'])
    assert.equal(naturalOf(text), -1, text);
  fc.assert(
    fc.property(NEARLY_A_NUMBER, fc.nat(99), fc.nat(99), (text, before, after) => {
      const bytes = Buffer.from(`${before}${text}${after}`);
      const start = String(before).length;
      const end = start + Buffer.byteLength(text);
      assert.equal(naturalOf(text), worthOf(text));
      assert.equal(naturalAt(bytes, start, end), worthOf(text));
    }),
  );
});

test('a short text is read as it stands, whether it is a number or not', () => {
  const interned = new Interned();
  fc.assert(
    fc.property(NEARLY_A_NUMBER, fc.nat(99), (text, around) => {
      const bytes = Buffer.from(`${around}${text}${around}`);
      const start = String(around).length;
      assert.equal(interned.text(bytes, start, start + Buffer.byteLength(text)), text);
    }),
  );
});

test('an id is the integer it spells, and none where it could be spelt in another way', () => {
  fc.assert(
    fc.property(NEARLY_A_NUMBER, (raw) => {
      fc.pre(!raw.startsWith('"'));
      const isId = /^-?(?:0|[1-9]\d*)$/.test(raw) && Number.isSafeInteger(Number(raw));
      assert.deepEqual(parseId(raw), isId ? { key: Number(raw), raw } : undefined);
    }),
  );
});
