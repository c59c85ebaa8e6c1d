import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Utf8Gate } from '../../../lib/wire/utf8.ts';

/** Whether the gate lets `chunks` pass, and how its text ends. */
function gate(...chunks: number[][]): { valid: boolean; complete: boolean } {
  const utf8 = new Utf8Gate();
  const valid = chunks.every((chunk) => utf8.push(Buffer.from(chunk), 0, chunk.length));
  return { valid, complete: utf8.complete() };
}

const FINE = { valid: true, complete: true };
const SMILE = [...Buffer.from('😀')];

test('a character cut by chunk borders is one character, wherever it is cut', () => {
  for (let i = 1; i < SMILE.length; i++) assert.deepEqual(gate(SMILE.slice(0, i), SMILE.slice(i)), FINE);
  assert.deepEqual(gate(...SMILE.map((byte) => [byte])), FINE);
  assert.deepEqual(gate([0x61, 0xc3], [0xa9, 0x62]), FINE);
  assert.deepEqual(gate([0xe2], [], [0x82], [], [0xac]), FINE);
});

test('bytes that are no UTF-8 are refused, in one chunk or cut apart', () => {
  const bad: [string, number[]][] = [
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong form of three bytes', [0xe0, 0x80, 0xaf]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a code point past the last', [0xf4, 0x90, 0x80, 0x80]],
    ['a byte that never occurs', [0xff, 0x61]],
    ['a character that stops half-way', [0xe2, 0x82, 0x61]],
  ];
  for (const [what, bytes] of bad) {
    assert.equal(gate(bytes).valid, false, what);
    assert.equal(gate(...bytes.map((byte) => [byte])).valid, false, `${what}, byte by byte`);
  }
});

test('a character that has not ended is neither refused nor complete', () => {
  assert.deepEqual(gate([0x61, 0xf0, 0x9f]), { valid: true, complete: false });
  assert.deepEqual(gate([0xf0], [0x9f]), { valid: true, complete: false });
});

test('the place of the fault is where the sequence begins, even in an earlier chunk', () => {
  const utf8 = new Utf8Gate();
  assert.ok(utf8.push(Buffer.from([0x61, 0xe2, 0x82]), 0, 3));
  assert.ok(!utf8.push(Buffer.from([0x22, 0x7d]), 0, 2));
  assert.equal(utf8.badAt, -2);
  utf8.reset();
  assert.ok(!utf8.push(Buffer.from([0x61, 0xc3, 0xa9, 0xff]), 0, 4));
  assert.equal(utf8.badAt, 3);
});
