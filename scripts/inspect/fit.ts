import { BUCKETS } from '../../lib/inspect/linear/features.ts';
import type { Weights } from '../../lib/inspect/linear/model.ts';
import { evidenceOf, normOf, WINDOW } from '../../lib/inspect/linear/windows.ts';
import type { Bag } from './bags.ts';
import { numbersFrom } from './examples/grammar.ts';

/** A text to learn from. */
export interface Lesson {
  readonly bag: Bag;
  readonly isAttack: boolean;
  /** How much it counts. */
  readonly weight: number;
}

const STRIDE = WINDOW / 2;
const ROUNDS = 4;
const EPOCHS = 2;
/** The weights after each of the last rounds are averaged: the last texts that were seen count less by that. */
const AVERAGED = 2;
const RATE = 0.15;
/** Each time a window is learnt from, that many of its features are left out, so that none is relied on alone. */
const LEFT_OUT = 0.75;
const FIRST_BIAS = -2;
/** How sure it is to become at most: labels of corpora are wrong now and then, and what is learnt well enough needs no more weight. */
const DOUBT = 0.1;

interface Window {
  readonly lesson: Lesson;
  readonly start: number;
  readonly end: number;
  readonly weight: number;
}

/** Weights before they are made bytes. */
interface Fitted {
  readonly weights: Float32Array;
  readonly bias: number;
}

/**
 * The mean of what several seeds give, since one alone is partly chance. The same lessons in the same order and the same
 * seeds give the same weights, bit by bit.
 */
export function fit(lessons: readonly Lesson[], seeds: readonly number[]): Weights {
  const weights = new Float32Array(BUCKETS);
  let bias = 0;
  for (const seed of seeds) {
    const one = fitOnce(lessons, seed);
    bias += one.bias / seeds.length;
    for (let i = 0; i < BUCKETS; i++) weights[i]! += one.weights[i]! / seeds.length;
  }
  return asBytes(weights, bias);
}

/**
 * Logistic regression over windows, by Adagrad. Which part of a long attack is the attack nobody says, so each round
 * takes the window that looks worst so far; of harmless texts every window is one.
 */
function fitOnce(lessons: readonly Lesson[], seed: number): Fitted {
  const random = numbersFrom(seed);
  const weights = new Float32Array(BUCKETS);
  const squares = new Float32Array(BUCKETS).fill(1e-3);
  const mean = new Float32Array(BUCKETS);
  let meanBias = 0;
  let bias = FIRST_BIAS;
  let biasSquares = 1;
  const keepBelow = Math.floor((1 - LEFT_OUT) * 2 ** 32);
  const learn = ({ lesson, start, end, weight }: Window): void => {
    const { from, features } = lesson.bag;
    const salt = Math.floor(random() * 2 ** 32);
    const isKept = (feature: number) => Math.imul(feature ^ salt, 0x9e3779b1) >>> 0 < keepBelow;
    const norm = normOf(end - start);
    let sum = 0;
    for (let k = from[start]!; k < from[end]!; k++) if (isKept(features[k]!)) sum += weights[features[k]!]!;
    const chance = 1 / (1 + Math.exp(-(bias + (sum * norm) / (1 - LEFT_OUT))));
    const slope = (chance - (lesson.isAttack ? 1 - DOUBT : DOUBT)) * weight;
    if (Math.abs(slope) < 1e-4) return;
    for (let k = from[start]!; k < from[end]!; k++) {
      const feature = features[k]!;
      if (!isKept(feature)) continue;
      const step = slope * norm;
      squares[feature]! += step * step;
      weights[feature]! -= (RATE * step) / Math.sqrt(squares[feature]!);
    }
    biasSquares += slope * slope;
    bias -= (RATE * slope) / Math.sqrt(biasSquares);
  };
  for (let round = 0; round < ROUNDS; round++) {
    const windows = lessons.flatMap((lesson) => windowsOf(lesson, weights, round === 0));
    for (let epoch = 0; epoch < EPOCHS; epoch++) {
      shuffle(windows, random);
      windows.forEach(learn);
    }
    if (round < ROUNDS - AVERAGED) continue;
    meanBias += bias / AVERAGED;
    for (let i = 0; i < BUCKETS; i++) mean[i]! += weights[i]! / AVERAGED;
  }
  return { weights: mean, bias: meanBias };
}

/** The evidence of a whole text, as the model of the product gives it. */
export function evidence({ values, scale, bias }: Weights, { tokens, from, features }: Bag): number {
  const sums = new Int32Array(tokens + 1);
  for (let i = 0; i < tokens; i++) {
    let sum = sums[i]!;
    for (let k = from[i]!; k < from[i + 1]!; k++) sum += values[features[k]!]!;
    sums[i + 1] = sum;
  }
  let most = tokens < WINDOW ? sums[tokens]! : -Infinity;
  for (let end = WINDOW; end <= tokens; end++) most = Math.max(most, sums[end]! - sums[end - WINDOW]!);
  return evidenceOf(most * scale, bias, tokens);
}

function windowsOf(lesson: Lesson, weights: Float32Array, isFirst: boolean): Window[] {
  const { tokens } = lesson.bag;
  const all: Window[] = [];
  for (let start = 0; all.length === 0 || start + WINDOW - STRIDE < tokens; start += STRIDE) {
    const end = Math.min(start + WINDOW, tokens);
    all.push({ lesson, start: Math.max(0, end - WINDOW), end, weight: 1 });
  }
  const weighed = (weight: number) => all.map((window) => ({ ...window, weight }));
  if (!lesson.isAttack) return weighed(lesson.weight / Math.sqrt(all.length));
  if (isFirst || all.length <= 2) return weighed(lesson.weight / all.length);
  let worst = all[0]!;
  let most = -Infinity;
  for (const window of all) {
    const sum = sumOf(window, weights);
    if (sum <= most) continue;
    most = sum;
    worst = window;
  }
  return [{ ...worst, weight: lesson.weight }];
}

function sumOf({ lesson, start, end }: Window, weights: Float32Array): number {
  const { from, features } = lesson.bag;
  let sum = 0;
  for (let k = from[start]!; k < from[end]!; k++) sum += weights[features[k]!]!;
  return sum;
}

function shuffle<T>(list: T[], random: () => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}

/** A byte for each weight; the few largest are cut, so that the many have more steps between them. */
function asBytes(weights: Float32Array, bias: number): Weights {
  const sizes = weights
    .map(Math.abs)
    .filter((size) => size > 0)
    .sort();
  const largest = sizes[Math.floor(sizes.length * 0.9995)] ?? 1;
  const scale = largest / 127;
  const values = Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight / scale))));
  return { values, scale, bias };
}
