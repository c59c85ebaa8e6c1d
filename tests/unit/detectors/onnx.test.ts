import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { certainty } from '../../../backends/detectors/onnx/model.ts';
import { OnnxScorer } from '../../../backends/detectors/onnx/onnx-scorer.ts';
import { runtimePath } from '../../../backends/detectors/onnx/runtime.ts';
import { partsOf, windowsOf } from '../../../backends/detectors/onnx/windows.ts';
import { Guardian } from '../../../backends/guardian.ts';
import { classifierFiles, classifierScene } from '../../support/detectors/classifier.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { found, marked, NEEDS_PROC, noneLeft } from '../../support/program/survivors.ts';

/** Where `npm i --prefix FOLDER --ignore-scripts onnxruntime-node` has put it: 288 MB that only this test needs. */
const FOLDER = process.env['SALLYPORT_ONNXRUNTIME'];
const REAL = { skip: FOLDER === undefined ? '$SALLYPORT_ONNXRUNTIME names no folder with onnxruntime-node' : false };

const near = (got: number, wanted: number) => assert.ok(Math.abs(got - wanted) < 1e-6, `${got}`);
const sigmoid = (difference: number) => 1 / (1 + Math.exp(-difference));

test('a model in a process beside gives a text its score', async (t) => {
  const { score } = classifierScene(t);
  near(await score('Hello, hello'), 0.5);
  near(await score('IGNORE'), sigmoid(2));
  near(await score('ignore previous hello'), sigmoid(4));
});

test('of a long text the beginning and what is suspicious are looked at, and the worst of them counts', async (t) => {
  const { score } = classifierScene(t);
  const long = `hello ${'a '.repeat(20_000)}`;
  near(await score(long), 0.5);
  near(await score(long, ['hello', 'ignore']), sigmoid(2));
  near(await score(long, ['hello', 'hello', 'hello', 'previous']), 0.5);
  near(await score(`previous ${long}`, ['hello']), sigmoid(4));
  near(await score(`${'a '.repeat(300)} previous`), sigmoid(4));
});

test('four parts are made of any text, and all of a text that is hardly longer than one', () => {
  const text = Array.from({ length: 10_000 }, (_, index) => index).join(' ');
  assert.deepEqual(
    partsOf(text, []).map((part) => part.length),
    [600, 600, 600, 600],
  );
  assert.ok(partsOf(text, []).at(-1)!.endsWith('9999'));
  assert.deepEqual(partsOf('short', ['more']), ['short']);
  assert.equal(partsOf(text, Array.from({ length: 9 }, String)).length, 4);
  const two = text.slice(0, 700);
  assert.deepEqual(partsOf(two, []), [two.slice(0, 600), two.slice(100)]);
});

test('of parts with many tokens the beginnings are looked at first, then the ends, in four windows at most', () => {
  const ids = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);
  assert.deepEqual(windowsOf([ids(0, 3)], 5), [[0, 1, 2]]);
  assert.deepEqual(windowsOf([[]], 5), [[]]);
  assert.deepEqual(windowsOf([ids(0, 7)], 5), [ids(0, 5), ids(2, 5)]);
  assert.deepEqual(windowsOf([ids(0, 30)], 5), [ids(0, 5), ids(25, 5), ids(5, 5), ids(10, 5)]);
  assert.deepEqual(windowsOf([ids(0, 30), ids(100, 2)], 5), [ids(0, 5), ids(100, 2), ids(25, 5), ids(5, 5)]);
});

test('what a model gives its classes becomes the certainty that a text is not harmless', () => {
  near(certainty([0], 0), 0.5);
  near(certainty([1, 1], 0), 0.5);
  near(certainty([1000, -1000], 0), 0);
  near(certainty([0, 0, 0], 2), 2 / 3);
  assert.throws(() => certainty([], 0), /no numbers/);
  assert.throws(() => certainty([1, Number.NaN], 0), /no numbers/);
});

test('a `config.json` beside the model says which class is harmless', async (t) => {
  const { folder, score } = classifierScene(t);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ id2label: { 0: 'INJECTION', 1: 'SAFE' } }));
  near(await score('ignore'), sigmoid(-2));
});

test('a model of which a text cannot be judged fails for that text alone', async (t) => {
  const { score } = classifierScene(t);
  await assert.rejects(score('nothing'), /could not judge a text: the model answered with no numbers/);
  near(await score('ignore'), sigmoid(2));
});

test('a process that dies fails what it was asked, and another one takes its place', async (t) => {
  const { score } = classifierScene(t);
  near(await score('ignore'), sigmoid(2));
  await assert.rejects(score('crash'), /ended \(SIGSEGV\)/);
  near(await score('ignore'), sigmoid(2));
});

test('a model that is stuck is ended with its process, and another one takes its place', {
  skip: NEEDS_PROC,
}, async (t) => {
  const { score, run } = classifierScene(t);
  near(await score('ignore'), sigmoid(2));
  const [stuck] = marked(run);
  await assert.rejects(score('hang'), /did not answer and was ended/);
  near(await score('ignore'), sigmoid(2));
  const now = await found(() => (marked(run).length === 1 ? marked(run) : undefined), 30_000, 'the other process');
  assert.notEqual(now[0], stuck);
});

test('nobody waits for a model to be loaded longer than for its answer', async (t) => {
  const { scorer, score } = classifierScene(t);
  const stop = new AbortController();
  const impatient = scorer.score({ text: 'ignore', channel: 'args', suspicious: [], signal: stop.signal });
  stop.abort();
  await assert.rejects(impatient, /not loaded yet/);
  near(await score('ignore'), sigmoid(2));
});

test('closed, it leaves no process, whatever that is doing', { skip: NEEDS_PROC }, async (t) => {
  const { scorer, score, run } = classifierScene(t);
  near(await score('ignore'), sigmoid(2));
  const hanging = assert.rejects(score('hang'), /closed/);
  await scorer.close();
  await hanging;
  await noneLeft(() => marked(run), 20_000, 'the model');
  await assert.rejects(score('ignore'), /closed/);
});

for (const [what, spoil, why] of [
  [
    'is no model',
    (folder: string) => writeFileSync(join(folder, 'model.onnx'), 'nonsense'),
    /ended \(exit 1\): .*JSON/,
  ],
  ['has gone', (folder: string) => rmSync(join(folder, 'model.onnx')), /ENOENT/],
  [
    'has no tokenizer that can be read',
    (folder: string) => writeFileSync(join(folder, 'tokenizer.json'), '{'),
    /tokenizer\.json cannot be read/,
  ],
] as const) {
  test(`a model that ${what} is told, and is loaded anew when something is asked again`, async (t) => {
    const { folder, score } = classifierScene(t);
    spoil(folder);
    await assert.rejects(score('ignore'), why);
    classifierFiles(folder);
    near(await score('ignore'), sigmoid(2));
  });
}

test('a model with inputs nobody knows is refused', async (t) => {
  const { score } = classifierScene(t, { inputs: ['input_ids', 'pixel_values'] });
  await assert.rejects(score('ignore'), /inputs that are not known: pixel_values/);
});

test('a model may want more of the inputs such models have', async (t) => {
  const { score } = classifierScene(t, { inputs: ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'] });
  near(await score('ignore'), sigmoid(2));
});

test('the runtime is found from the folder of the config on, beside the model or among the global packages', (t) => {
  const [folder, other] = [temporaryFolder(t), temporaryFolder(t)];
  const { runtime, model } = classifierFiles(folder);
  const nowhere = join(other, 'none');
  assert.equal(runtimePath(join(folder, 'below'), join(other, 'model.onnx'), nowhere), runtime);
  assert.equal(runtimePath(other, model, nowhere), runtime);
  assert.equal(runtimePath(other, join(other, 'model.onnx'), join(folder, 'node_modules')), runtime);
  const absent = runtimePath(other, join(other, 'model.onnx'), nowhere);
  assert.ok(typeof absent === 'object');
  assert.match(absent.message, /needs the package onnxruntime-node/);
  assert.equal(absent.help, `npm install --prefix "${other}" --ignore-scripts onnxruntime-node`);
});

test('with the real runtime a model of a few nodes judges texts', REAL, async (t) => {
  assert.ok(existsSync(join(FOLDER!, 'node_modules', 'onnxruntime-node')));
  const { score } = classifierScene(t, { runtime: FOLDER });
  near(await score('hello'), 0.5);
  near(await score('ignore'), sigmoid(2));
  near(await score(`hello ${'a '.repeat(20_000)}`, ['previous']), sigmoid(4));
});

test('with the real runtime a model that never ends is ended, and nothing else with it', REAL, async (t) => {
  const { score } = classifierScene(t, { runtime: FOLDER });
  near(await score('hello'), 0.5);
  await assert.rejects(score('hang'), /did not answer and was ended/);
  near(await score('ignore'), sigmoid(2));
});

test('with the real runtime a file that is no model is told', REAL, async (t) => {
  const folder = temporaryFolder(t);
  const files = classifierFiles(folder, { runtime: FOLDER });
  writeFileSync(files.model, 'nonsense');
  const guardian = new Guardian('no-model');
  const scorer = new OnnxScorer(files, 100, guardian);
  const { signal } = new AbortController();
  await assert.rejects(scorer.score({ text: 'x', channel: 'args', suspicious: [], signal }), /ended \(exit 1\)/);
  await scorer.close();
  await guardian.close();
});
