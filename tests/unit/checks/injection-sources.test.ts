import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Detector } from '../../../lib/model/detector.ts';
import { RuleFault } from '../../../lib/policy/rule-fault.ts';
import { Inspected } from '../../support/policy/inspected.ts';

function detector(
  parts: Partial<Detector> & { readonly says: number | Error },
): Detector & { readonly heard: string[] } {
  const { says, ...rest } = parts;
  const heard: string[] = [];
  return {
    name: 'second',
    channels: ['args', 'result', 'description'],
    onError: 'ignore',
    score: async (text, channel) => {
      heard.push(`${channel}: ${text}`);
      if (says instanceof Error) throw says;
      return says;
    },
    close: () => {},
    ...rest,
    heard,
  };
}

async function withDetectors(detectors: readonly Detector[], section: Record<string, unknown> = { action: 'block' }) {
  return Inspected.with(section, { state: { detectors } });
}

test('a detector can find what our own judge does not, on the channels it sees', async () => {
  const second = detector({ says: 0.8, channels: ['result'] });
  const inspected = await withDetectors([second]);
  assert.equal((await inspected.call({ q: 'nothing of note' })).code, undefined);
  const judged = await inspected.texts('nothing of note');
  assert.equal(judged.code, 'SP3202');
  assert.match(judged.findings, /^score 0.8\ndetector second 0.8$/);
  assert.deepEqual(second.heard, ['result: content\ntype\ntext\ntext\nnothing of note']);
});

test('a detector that fails says nothing, or refuses what it should have judged', async () => {
  const broken = { says: new Error('no answer') };
  const ignoring = await (await withDetectors([detector(broken)])).texts('fine');
  assert.deepEqual([ignoring.code, ignoring.findings], [undefined, 'detector second failed']);
  for (const says of [new Error('no answer'), Number.NaN, 7, -1]) {
    const denying = await withDetectors([detector({ says, onError: 'deny' })]);
    assert.equal((await denying.texts('fine')).code, 'SP3206', String(says));
    assert.equal((await denying.call({ q: 'fine' })).code, 'SP3206');
    assert.equal((await denying.texts('EVIL')).code, 'SP3206');
  }
});

test('several detectors are asked side by side, and the gravest counts', async () => {
  const waiting: (() => void)[] = [];
  const slow = (name: string, score: number): Detector => ({
    ...detector({ says: score, name }),
    score: () => new Promise((resolve) => waiting.push(() => resolve(score))),
  });
  const inspected = await withDetectors([slow('a', 0.2), slow('b', 0.9)]);
  const judging = inspected.texts('fine');
  while (waiting.length < 2) await new Promise(setImmediate);
  for (const answer of waiting) answer();
  assert.match((await judging).findings, /^score 0.9\ndetector a 0.2\ndetector b 0.9$/);
});

test('a long text reaches a detector as its beginning and its end', async () => {
  const second = detector({ says: 0 });
  const inspected = await withDetectors([second]);
  await inspected.texts(`first ${'x'.repeat(200_000)} last`);
  assert.ok(second.heard[0]!.length < 100_000 && /first/.test(second.heard[0]!) && /last$/.test(second.heard[0]!));
});

test('patterns of the operator find texts as they stand and as a reader sees them', async () => {
  const inspected = await Inspected.with({
    action: 'block',
    custom_patterns: ['project\\s+nightfall', '/^BEGIN KEY/'],
  });
  assert.equal((await inspected.texts('about Project  Nightfall')).code, 'SP3202');
  assert.equal((await inspected.texts('ｐｒｏｊｅｃｔ ｎｉｇｈｔｆａｌｌ')).code, 'SP3202');
  assert.equal((await inspected.texts('begin key')).code, undefined, 'between slashes, capital letters count');
  const { findings } = await inspected.texts('fine', 'BEGIN KEY');
  assert.match(findings, /security\.injection\.custom_patterns\[1\] at \/content\/1\/text, view plain/);
});

test('a match of an own pattern is taken out where it stands, also far into a text', async () => {
  const inspected = await Inspected.with({ action: 'redact', custom_patterns: ['night ?fall'] });
  const before = 'x '.repeat(15_000);
  const { shown } = await inspected.texts(`${before}Nightfall, night fall.`);
  assert.equal(shown[0]!.length, before.length + 47);
  assert.ok(shown[0]!.endsWith(' [removed by sallyport], [removed by sallyport].'));
});

test('a pattern that cannot be used is a fault with its place', async () => {
  await assert.rejects(Inspected.with({ custom_patterns: ['fine', '(?=look)'] }), (error: unknown) => {
    assert.ok(error instanceof RuleFault);
    assert.deepEqual([error.code, error.place.rule], ['SP1011', 'security.injection.custom_patterns[1]']);
    return true;
  });
});
