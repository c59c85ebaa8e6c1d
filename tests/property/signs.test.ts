import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { test } from 'node:test';
import fc from 'fast-check';
import { HIDDEN_BYTES } from '../../lib/inspect/rendering/hidden.ts';
import { signsIn } from '../../lib/inspect/rendering/signs.ts';

const PIECES = [
  '](',
  ']:',
  ']',
  '(',
  ':',
  '<',
  'url(',
  'ur',
  'l(',
  'rl(',
  'u',
  '\\u200b',
  '\\',
  '\\n',
  '"',
  'a',
  ' ',
  'é',
  '\u200b',
  '\u202e',
];

test('signs of what is hidden and of links are found in short messages as by a search for each', () => {
  const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join(''));
  const seen = new Set<string>();
  const property = fc.property(text, (written) => {
    const bytes = Buffer.from(written);
    const escapes = bytes.includes('\\u');
    const hides = escapes || (!isAscii(bytes) && HIDDEN_BYTES.test(bytes.toString('latin1')));
    const links = escapes || ['](', ']:', '<', 'url('].some((sign) => bytes.includes(sign));
    assert.deepEqual(signsIn(bytes), { hides, links }, written);
    seen.add(`${hides} ${links}`);
  });
  fc.assert(property, { numRuns: 5000 });
  assert.equal(seen.size, 4);
});
