import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { CorpusError, categoryIn } from '../../../lib/attack/corpus.ts';
import { loadCorpus } from '../../../lib/attack/load-corpus.ts';
import { filled, filler } from '../../../lib/attack/places.ts';
import { SECRET_SHAPES } from '../../../lib/attack/shapes-of-secrets.ts';
import { secretsIn } from '../../../lib/config/words/secret-looks.ts';
import { ROOT } from '../../support/paths.ts';

const PLACES = {
  root: '/work',
  home: '/home/ana',
  host: 'example.com',
  table: 'orders',
  command: 'ls',
  neighbour: 'read',
};
const corpus = loadCorpus();
const cases = corpus.flatMap((category) => category.cases);

test('the corpus has 200 cases in 18 categories, each with attacks and harmless twins', () => {
  assert.equal(corpus.length, 18);
  assert.equal(cases.length, 200);
  for (const { name, about, cases: own } of corpus) {
    assert.ok(own.some(({ harmless }) => harmless) && own.some(({ harmless }) => !harmless), name);
    assert.ok(about.length > 10, name);
  }
  assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
});

test('each attack names a change that is a config, and harmless cases none', () => {
  for (const { id, fix, harmless } of cases) {
    assert.equal(fix === undefined, harmless, id);
    if (fix !== undefined) assert.match(Object.keys(parse(fix)).join(), /^(?:policies|security)$/, id);
  }
});

test('no secret stands in the files; they are made new each time, in shapes that are recognised', () => {
  const folder = join(ROOT, 'lib', 'attack', 'cases');
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    assert.deepEqual(secretsIn(text), [], file);
    assert.doesNotMatch(text, /PRIVATE KEY-----/, file);
  }
  for (const [kind, make] of Object.entries(SECRET_SHAPES)) {
    assert.notEqual(make(), make(), kind);
    if (kind !== 'pem' && kind !== 'password') assert.equal(secretsIn(`x ${make()} y`).length, 1, kind);
  }
});

test('every placeholder of the corpus is one that is known', () => {
  const fill = filler(PLACES);
  for (const { id, value, needle = '', also, offered } of cases) {
    const text = JSON.stringify(filled([value, needle, also, offered ?? {}], fill));
    assert.doesNotMatch(text, /<(?:root|home|host|table|command|neighbour|secret|hidden|spaced|base64)\b/, id);
    assert.doesNotMatch(text, /undefined/, id);
  }
});

test('a secret of a case is one secret, wherever it stands, and another in the next', () => {
  const fill = filler(PLACES);
  assert.equal(fill('<secret:github>'), fill('<secret:github>'));
  assert.notEqual(fill('<secret:github>'), filler(PLACES)('<secret:github>'));
});

test('a file of the corpus that is not what it should be is refused', () => {
  const good = {
    category: 'c',
    about: 'about it',
    kind: 'call',
    slot: 'sql',
    fix: 'policies: {}',
    attacks: [{ name: 'a', value: 'x' }],
    harmless: [{ name: 'b', value: 'y' }],
  };
  assert.equal(categoryIn(good).cases.length, 2);
  const bad: object[] = [
    { ...good, kind: 'other' },
    { ...good, slot: 'nowhere' },
    { ...good, harmless: [] },
    { ...good, attacks: [{ name: 'a' }] },
    { ...good, attacks: [{ name: 'a', value: 'x', odd: 1 }] },
    { ...good, attacks: [{ name: 'b', value: 'x' }] },
    { ...good, attacks: [{ name: 'a', value: 'x', offered: {} }] },
    { ...good, fix: '' },
  ];
  for (const one of bad) assert.throws(() => categoryIn(one), CorpusError, JSON.stringify(one));
});
