import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decoded, normalise } from '../../../lib/parse/normalise.ts';

test('texts that look alike become alike', () => {
  for (const [text, wanted] of [
    ['  Rm   -RF\t/\n', 'rm -rf /'],
    ['\uff52\uff4d', 'rm'],
    ['r\u200b\u2060\u00adm', 'rm'],
    ['r\u0000\u001bm', 'rm'],
    ['Stra\u00dfe', 'strasse'],
    ['STRASSE', 'strasse'],
    ['\u212aelvin', 'kelvin'],
    ['\u03a3\u03a3', '\u03c3\u03c3'],
    ['\u03c3\u03c2', '\u03c3\u03c3'],
    ['a\u2003\u00a0\u2028b', 'a b'],
    ['\u{e0041}b', 'b'],
    ['', ''],
  ] as const) {
    assert.equal(normalise(text), wanted, JSON.stringify(text));
  }
});

test('escapes are decoded once', () => {
  for (const [text, wanted] of [
    ['%44%52', 'DR'],
    ['%c3%a4', '\u00e4'],
    ['%ff', '\ufffd'],
    ['a+b%20c', 'a b c'],
    ['\\u0041\\x42\\u{43}', 'ABC'],
    ['&#65;&#x42;', 'AB'],
    ['%2541', '%41'],
    ['\\u{110000}x\\x41', '\\u{110000}xA'],
  ] as const) {
    assert.equal(decoded(text), wanted, text);
  }
  for (const text of ['plain', 'a+b', '100%', 'a & b', '\\n', '&#9999999;', '%zz'])
    assert.equal(decoded(text), undefined, text);
});
