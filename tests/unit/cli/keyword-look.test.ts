import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KeywordLook } from '../../../cli/output/keyword-look.ts';
import { SecretFinder } from '../../../lib/inspect/secrets/find-secrets.ts';
import { RULES } from '../../../lib/inspect/secrets/rules/compiled.ts';

const KEYWORDS = [...new Set(RULES.flatMap((rule) => (JSON.parse(rule) as { keywords: string[] }).keywords))];

test('a text with a keyword in it is never said to be empty, whatever its case and its spaces', () => {
  for (const keyword of KEYWORDS) {
    for (const form of [keyword, keyword.toUpperCase(), keyword.replaceAll(' ', '   ')])
      assert.ok(!new KeywordLook().isEmpty(`x${form}y`), form);
  }
});

test('what a name and its value come to together is looked at', () => {
  assert.ok(!new KeywordLook().isEmpty('hunter22', 'password'));
  assert.ok(new KeywordLook().isEmpty('hunter22', 'client'));
});

test('where a look finds nothing, all rules find nothing', () => {
  const finder = new SecretFinder();
  const word = fc.oneof(fc.constantFrom(...KEYWORDS), fc.string(), fc.string({ unit: 'grapheme' }), fc.uuid());
  const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(''));
  fc.assert(
    fc.property(text, fc.option(text, { nil: undefined }), (value, name) => {
      if (new KeywordLook().isEmpty(value, name)) assert.deepEqual(finder.find(value, name), []);
    }),
    { numRuns: 3000 },
  );
});

test('what a client says of itself at a start needs no rules', () => {
  const look = new KeywordLook();
  for (const text of ['claude-code 2.0.1', '2025-11-25', 'root', 'legacy', 'files'])
    assert.ok(look.isEmpty(text), text);
  assert.ok(!look.isEmpty('a'.repeat(1000)), 'long texts are left to the rules');
});
