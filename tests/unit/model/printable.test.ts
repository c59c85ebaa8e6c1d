import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasActing, printable, withoutActing } from '../../../lib/model/printable.ts';
import { safeJson } from '../../../lib/model/safe-json.ts';

test('text from outside shows what it holds instead of doing it', () => {
  const cases: [string, string][] = [
    ['plain text, naïve 漢字 😀', 'plain text, naïve 漢字 😀'],
    ['\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
    ['one\r\ntwo\ttab', 'one\\u000d\\u000atwo\\u0009tab'],
    ['a\u202egnp.exe', 'a\\u202egnp.exe'],
    ['zero\u200bwidth', 'zero\\u200bwidth'],
    ['\u{e0041}tag', '\\u{e0041}tag'],
    ['\u009b2J', '\\u009b2J'],
    ['half \ud83d pair', 'half \\ud83d pair'],
  ];
  for (const [text, shown] of cases) assert.equal(printable(text), shown);
});

test('long text is cut, and it is said how much is missing', () => {
  assert.equal(printable('x'.repeat(30), 10), `${'x'.repeat(10)}… (20 more)`);
  assert.equal(printable('a😀', 2), 'a\\ud83d… (1 more)', 'half a character is no character');
});

test('a name is told from one that would not show as itself', () => {
  for (const name of ['read_file', 'naïve', '漢字']) assert.equal(hasActing(name), false, name);
  for (const name of ['read\u200bfile', 'a\u0000b', 'x\u202ey', 'lone \udc00']) assert.equal(hasActing(name), true);
  assert.equal(hasActing('a\u200bb') && hasActing('a\u200bb'), true, 'the answer does not depend on the last one');
  assert.equal(withoutActing('pass\u200bword\u202e'), 'password');
});

test('safe JSON is one line of the same value', () => {
  const value = { 'k\u2028': 'a\u001b[1m\u202e\u{e0041}\ud800', n: 1.5, list: [null, true] };
  const text = safeJson(value);
  assert.equal(text, '{"k\\u2028":"a\\u001b[1m\\u202e\\udb40\\udc41\\ud800","n":1.5,"list":[null,true]}');
  assert.deepEqual(JSON.parse(text), value);
  assert.equal(safeJson(undefined), 'null');
});
