import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasActing, printable, withoutActing } from '../../lib/model/printable.ts';
import { safeJson } from '../../lib/model/safe-json.ts';

/** Unicode's own words for what acts or does not show, as opposed to the list the program keeps. */
const ACTS = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u;

const character = fc.oneof(
  fc.constantFrom('a', ' ', '"', '\\', 'é', '漢', '😀', '\u001b', '\u0007', '\r', '\n', '\u0085', '\u009b', '\u202e'),
  fc.constantFrom('\u200b', '\u2028', '\ufeff', '\u{e0041}', '\ud83d', '\ude00', '\u034f', '\u061c', '\\u', '\\n'),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const text = fc.array(character, { maxLength: 20 }).map((all) => all.join(''));

test('every character Unicode calls a control, invisible or a line separator is written as its escape', () => {
  const slipped: string[] = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    const one = String.fromCodePoint(code);
    if (!ACTS.test(one)) continue;
    const ok = hasActing(`a${one}b`) && !printable(one).includes(one) && !safeJson(one).includes(one);
    if (!ok) slipped.push(code.toString(16));
  }
  assert.deepEqual(slipped, []);
});

test('printable text has no acting character, is bounded, and ordinary text is left alone', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 30 }), (outside, most) => {
      const shown = printable(outside, most);
      assert.doesNotMatch(shown, ACTS);
      if (outside.length <= most && !ACTS.test(outside)) assert.equal(shown, outside);
      assert.ok(shown.length <= most * 12 + 30);
      assert.doesNotMatch(withoutActing(outside), ACTS);
    }),
    { numRuns: 2000 },
  );
});

test('safe JSON has no acting character and is the same value', () => {
  const value = fc.oneof(text, fc.array(text), fc.dictionary(text, text), fc.jsonValue());
  fc.assert(
    fc.property(value, (outside) => {
      const json = safeJson(outside);
      assert.doesNotMatch(json, ACTS);
      assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify(outside)));
    }),
    { numRuns: 2000 },
  );
});
