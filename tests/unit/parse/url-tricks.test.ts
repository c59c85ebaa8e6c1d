import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readUrl } from '../../../lib/parse/url.ts';
import { corpusCases } from '../../support/attacks/corpus.ts';
import { SPELLINGS } from '../../support/attacks/url-tricks.ts';

/** Cases of others; read where they are. */
const cases = corpusCases('url');

/** A host, or why it is none, in the words of the list. */
function read(text: string): string {
  const facts = readUrl(text);
  if (facts === undefined || facts.doubt !== undefined || facts.host === undefined) return 'refused';
  const { host, standing } = facts.host;
  return standing === 'public' ? host : standing;
}

for (const [spelling, wanted] of SPELLINGS) {
  test(`${JSON.stringify(spelling)} is read as ${wanted}`, () => assert.equal(read(spelling), wanted));
}

test('there are enough spellings to mean something, and none twice', () => {
  assert.ok(SPELLINGS.length >= 60, `${SPELLINGS.length}`);
  assert.equal(new Set(SPELLINGS.map(([text]) => text)).size, SPELLINGS.length);
});

test('every case of the corpus for URLs is decided as it says', {
  skip: cases.length === 0 && 'no corpus here',
}, () => {
  assert.ok(cases.length >= 30);
  for (const { id, input, expect } of cases) {
    const facts = readUrl(input);
    const passes =
      facts?.doubt === undefined &&
      ['http', 'https'].includes(facts?.scheme ?? '') &&
      ['example.com', 'api.example.com'].includes(facts?.host?.host ?? '') &&
      [80, 443].includes(facts?.port ?? 0);
    assert.equal(passes ? 'allow' : 'deny', expect, id);
  }
});
