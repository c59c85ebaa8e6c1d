import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { endOfString } from '../../lib/wire/string-end.ts';

test('the end of a string is found however many quotes and backslashes it has, and however far apart', () => {
  const part = fc.oneof(
    fc.constantFrom('"', '\\', '\\"', 'é'),
    fc.nat(150).map((length) => 'x'.repeat(length)),
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const literal = Buffer.from(JSON.stringify(parts.join('')));
      const bytes = Buffer.concat([Buffer.from('[1,'), literal, Buffer.from(',"after"]')]);
      assert.equal(endOfString(bytes, 3), 3 + literal.length);
    }),
  );
});
