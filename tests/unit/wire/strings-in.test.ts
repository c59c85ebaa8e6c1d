import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOfUnits, eachString } from '../../../lib/wire/strings-in.ts';
import { decodeString } from '../../../lib/wire/walk.ts';

function stringsOf(json: string): string[] {
  const bytes = Buffer.from(json);
  const found: string[] = [];
  eachString(bytes, (place) => {
    const name = place.name.start === -1 ? '' : ` of ${decodeString(bytes, place.name.start, place.name.end)}`;
    const text = decodeString(bytes, place.start, place.end);
    found.push(`${place.isKey ? 'key' : 'text'} ${text} at /${place.keys().join('/')}${name} in ${place.top()}`);
  });
  return found;
}

test('every string is visited with the keys that lead to it and the name it has', () => {
  assert.deepEqual(stringsOf('{"a":{"b":["x",1,{"c":"y"}]},"d":"z","e":{}}'), [
    'key a at /a in a',
    'key b at /a/b in a',
    'text x at /a/b/0 in a',
    'key c at /a/b/2/c in a',
    'text y at /a/b/2/c of c in a',
    'key d at /d in d',
    'text z at /d of d in d',
    'key e at /e in e',
  ]);
  assert.deepEqual(stringsOf('["p",["q"]]'), ['text p at /0 in 0', 'text q at /1/0 in 1']);
  assert.deepEqual(stringsOf('"alone"'), ['text alone at / in undefined']);
  assert.deepEqual(stringsOf('[{"a\\"":"\\\\"},"{\\"k\\":1}"]'), [
    'key a" at /0/a" in 0',
    'text \\ at /0/a" of a" in 0',
    'text {"k":1} at /1 in 1',
  ]);
});

test('a unit of a text is found in its literal, whatever escapes and wide characters stand before it', () => {
  const literal = '"\\u00e9é\\n€😀\\ud83d\\ude00x"';
  const text = JSON.parse(literal) as string;
  const bytes = Buffer.from(literal);
  assert.equal(text[text.length - 1], 'x');
  const [from, to] = bytesOfUnits(bytes, 0, [text.length - 1, text.length]);
  assert.equal(bytes.toString('utf8', from, to), 'x');
  assert.deepEqual(bytesOfUnits(bytes, 0, [0, 1, 2, 3]), [1, 7, 9, 11]);
});

test('a unit is found behind long stretches of plain text, and behind those that only begin so', () => {
  const plain = 'a b c d. '.repeat(2000);
  const texts = [
    plain,
    `${plain}é${plain}`,
    `é${plain}\n${plain}`,
    plain.replaceAll('. ', '."\n'),
    `${plain.slice(0, 4095)}😀${plain}`,
  ];
  for (const text of texts) {
    const bytes = Buffer.from(JSON.stringify(text));
    const offsets = [0, 1, 4095, 4097, 8192, 8300, text.length - 1, text.length];
    const expected = offsets.map((offset) => Buffer.byteLength(JSON.stringify(text.slice(0, offset))) - 1);
    assert.deepEqual(bytesOfUnits(bytes, 0, offsets), expected);
  }
});
