import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { calibrated } from '../../../lib/inspect/linear/calibration.ts';
import { calibrationFrom } from '../../../scripts/inspect/calibrate.ts';
import type { Sample } from '../../../scripts/inspect/corpus.ts';
import { ownSamples } from '../../../scripts/inspect/examples/all.ts';
import { foldsOf } from '../../../scripts/inspect/folds.ts';
import { isPermissive } from '../../../scripts/inspect/licences.ts';
import { trained } from '../../../scripts/inspect/training.ts';
import { ROOT } from '../../support/paths.ts';

const OWN = ownSamples();
const TINY = OWN.filter((_, index) => index % 40 === 0);

function sample(source: string, isAttack: boolean, text: string, licence = 'MIT'): Sample {
  const rest = { evasion: undefined, lang: undefined, licence, text };
  return { id: text, source, isAttack, channel: 'args', kind: 'any', ...rest };
}

test('the same texts give the same weights, byte by byte', () => {
  const corpus = TINY.map((one, index) => ({ ...one, source: `source ${index % 5}` }));
  const [one, other] = [trained(corpus, []), trained(corpus, [])];
  assert.deepEqual(one.weights, other.weights);
  assert.deepEqual(one.heldOut.calibration, other.heldOut.calibration);
  assert.ok(one.weights.result.values.some((weight) => weight !== 0));
});

test('nothing is learnt from a source whose licence does not allow it', () => {
  const free = TINY.map((one) => ({ ...one, source: 'free' }));
  const bound = free.map((one) => ({ ...one, text: `zebra ${one.text}`, source: 'bound', licence: 'CC-BY-SA-4.0' }));
  const { weights, used, leftOut } = trained([...free, ...bound], []);
  assert.deepEqual(weights, trained(free, []).weights);
  assert.equal(used.length, free.length);
  assert.equal(leftOut.length, bound.length);
});

for (const [licence, is] of [
  ['MIT', true],
  ['Apache-2.0 (data: MIT)', true],
  ['MIT repo; WildGuardMix ODC-BY', false],
  ['MIT; StackExchange CC-BY-SA', false],
  ['CC-BY-SA-4.0', false],
  ['MIT/none stated', false],
  ['GPL-3.0', false],
  ['unnamed', false],
  ['', false],
] as const) {
  test(`weights ${is ? 'may' : 'may not'} be learnt from texts under "${licence}"`, () => {
    assert.equal(isPermissive(licence), is);
  });
}

test('sources of one project are held out together, and with those that name it', () => {
  const names = ['Alpha/one', 'alpha two', 'made of Alphabet', 'made: Alpha and beta', 'Gamma', 'delta'];
  const folds = foldsOf(
    names.map((name, index) => sample(name, index % 2 === 0, name)),
    3,
  );
  assert.equal(folds.get('Alpha/one'), folds.get('alpha two'));
  assert.equal(folds.get('Alpha/one'), folds.get('made: Alpha and beta'));
  assert.equal(new Set(folds.values()).size, 3);
});

test('one, two and ten harmless texts in a thousand reach the scores that stand for them', () => {
  const texts = Array.from({ length: 20_000 }, (_, index) => ({
    channel: 'result',
    raw: -Math.log((index + 0.5) / 20_000),
    byRules: 0,
  }));
  const curve = calibrationFrom(texts).result;
  const reach = (score: number) => texts.filter(({ raw }) => calibrated(curve, raw) >= score).length / texts.length;
  assert.ok(Math.abs(reach(0.15) - 0.01) < 0.001, `${reach(0.15)}`);
  assert.ok(Math.abs(reach(0.35) - 0.002) < 0.0006, `${reach(0.35)}`);
  assert.ok(Math.abs(reach(0.6) - 0.001) < 0.0003, `${reach(0.6)}`);
});

test('our own examples are the same every time, of every channel, and no text is both', () => {
  assert.deepEqual(ownSamples(), OWN);
  const attacks = new Set(OWN.filter(({ isAttack }) => isAttack).map(({ text }) => text));
  assert.deepEqual(
    OWN.filter((one) => !one.isAttack && attacks.has(one.text)).map(({ text }) => text),
    [],
  );
  assert.deepEqual(
    OWN.filter(({ text }) => /\{[a-z]+\}/.test(text.replaceAll('{"', ''))).map(({ text }) => text),
    [],
  );
});

test('the shipped weights are those their facts speak of', () => {
  const folder = join(ROOT, 'lib', 'inspect', 'linear');
  const bytes = readFileSync(join(folder, 'weights.bin'));
  const facts = JSON.parse(readFileSync(join(folder, 'weights.json'), 'utf8'));
  assert.equal(createHash('sha256').update(bytes).digest('hex'), facts.sha256);
  assert.ok(Object.values(facts.sources as Record<string, string>).every(isPermissive));
});
