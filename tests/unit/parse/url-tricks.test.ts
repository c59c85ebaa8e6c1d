import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readUrl } from '../../../lib/parse/url.ts';
import { SPELLINGS } from '../../support/url-tricks.ts';

/** Cases of others; read where they are. */
const CORPUS = '/work/shared/corpus/argpolicy.jsonl';

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

test('every case of the corpus for URLs is decided as it says', { skip: !existsSync(CORPUS) }, () => {
  const lines = readFileSync(CORPUS, 'utf8').split('\n').filter(Boolean);
  const cases = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'url');
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
