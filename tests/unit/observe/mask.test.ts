import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createMask, maskValue } from '../../../lib/model/mask.ts';
import { safeJson } from '../../../lib/model/safe-json.ts';

test('every known secret is taken out, the longest first, and nothing else', () => {
  const mask = createMask(['abcdef', 'abcdef-long', '', 'a+b(c']);
  assert.equal(mask('x abcdef-long y abcdef z a+b(c'), 'x [masked] y [masked] z [masked]');
  assert.equal(mask('abcde f'), 'abcde f');
  assert.equal(createMask([])('anything'), 'anything');
});

test('each line of a secret that has several is one by itself', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nshort\n-----END PRIVATE KEY-----\n';
  const mask = createMask([key]);
  assert.equal(mask(key), '[masked]');
  assert.equal(mask('line: MIIEvQIBADANBg'), 'line: [masked]');
  assert.equal(mask('a short line'), 'a short line');
});

test('masking a value keeps its shape: keys, texts and numbers lose the secret, the rest stays', () => {
  const mask = createMask(['secret-1', '314159']);
  assert.deepEqual(maskValue({ a: ['x secret-1', 314159, 3, true, null, undefined], 'secret-1': { b: 1 } }, mask), {
    a: ['x [masked]', '[masked]', 3, true, null, undefined],
    '[masked]': { b: 1 },
  });
  const hostile = maskValue(JSON.parse('{"__proto__":{"polluted":"secret-1"}}'), mask);
  assert.equal(JSON.stringify(hostile), '{"__proto__":{"polluted":"[masked]"}}');
});

test('a secret of any characters is found in the JSON of a text that holds it', () => {
  const secret = fc.string({ minLength: 6, maxLength: 20, unit: 'grapheme' }).filter((text) => text.trim().length > 5);
  fc.assert(
    fc.property(secret, fc.string(), (hidden, around) => {
      const mask = createMask([hidden]);
      for (const json of [JSON.stringify(around + hidden), safeJson(around + hidden)]) {
        assert.ok(mask(json).includes('[masked]'), json);
      }
    }),
  );
});
