import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ruleSet } from '../../../lib/inspect/rule-set.ts';
import { injectionData, sourceRules } from '../../../scripts/rules/injection.ts';
import { requiredLiterals } from '../../../scripts/rules/literals.ts';
import { ROOT } from '../../support/paths.ts';

const FOLDER = join(ROOT, 'lib', 'inspect', 'rules');

test('of a pattern those literals are derived that every match holds', () => {
  // The automaton reads `l` as `i`, and what stands between words as one space.
  assert.deepEqual(requiredLiterals('reveal[ _-]{1,3}(?:the )?prompt'), [['reveai promp', 'reveai the p']]);
  assert.deepEqual(requiredLiterals('(?:disregard|overturn) \\w+ order[sx]'), [
    ['disregard', 'overturn'],
    [' orders', ' orderx'],
  ]);
  assert.deepEqual(requiredLiterals('a{0,3}secret+x?'), [['secre']]);
  assert.deepEqual(requiredLiterals('(?!not)prompt(?=s)'), [['prompt']]);
  assert.deepEqual(requiredLiterals('игнор'), [['игнор']]);
});

test('a pattern without a literal in each of its matches is refused', () => {
  for (const pattern of [
    '\\w+',
    'abc',
    '(?:prompt)?',
    '(?:prompt|\\d+)',
    '[^a]{9}',
    '.*prompt?s?a*'.replace('prompt', 'p'),
  ]) {
    assert.throws(() => requiredLiterals(pattern), /no literal/, pattern);
  }
});

test('what is not read is refused, not guessed', () => {
  for (const pattern of ['(prompt)\\1', '(?i:prompt)', 'prompt(', 'prompt['])
    assert.throws(() => requiredLiterals(pattern));
});

test('a rule that cannot be compiled fails the build and is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-rules-'));
  try {
    const write = (pattern: string) =>
      writeFileSync(
        join(folder, 'bad.yaml'),
        JSON.stringify({
          category: 'bad',
          rules: [{ id: 'one', source: 'test', severity: 'low', pattern, hits: [], misses: [] }],
        }),
      );
    writeFileSync(join(folder, 'words.yaml'), 'loop: "{{loop}}"\n');
    writeFileSync(join(folder, 'topics.yaml'), '[]\n');
    for (const pattern of ['\\d+', '{{unknown}} prompt', '{{loop}} prompt', 'précédent prompt']) {
      write(pattern);
      assert.throws(() => sourceRules(folder), /rule bad\.one/, pattern);
    }
    write('harmless prompt');
    assert.equal(sourceRules(folder).length, 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what the scanner loads is what the rules say now', () => {
  const data = injectionData(FOLDER);
  assert.deepEqual(
    ruleSet().rules.map(({ id, pattern }) => [id, pattern]),
    data.rules.map(({ id, pattern }) => [id, pattern]),
  );
});
