import { BLOCK, isSign, pairOf, readTokens, roomForTokens, type Tokens } from './tokens.ts';
import { classOf } from './word-classes.ts';

/** How many weights there are; each feature is one of them, by its hash. */
export const BUCKETS = 1 << 18;
const SHIFT = 32 - 18;

/** What each token gives: itself, itself with the one before, with the two before, and its stem. */
export const PER_TOKEN = 4;
/** What some tokens give besides: that they begin a sentence, and their class with those of the words before. */
const MOST_EXTRAS = 5;
/** Words of known classes further apart than this have nothing to do with each other. */
const REACH = 12;

/** The features of a stretch of text: indices of weights. */
export interface Features {
  readonly tokens: Tokens;
  /** {@link PER_TOKEN} of each token. */
  readonly words: Int32Array;
  /** The others, and for each the token it belongs to, in order. */
  readonly extras: Int32Array;
  readonly extraOf: Int32Array;
  extraCount: number;
  /** What the next stretch has to know of this one. */
  before: number;
  beforeThat: number;
  lastClass: number;
  lastButOne: number;
  sinceLast: number;
}

export function roomForFeatures(): Features {
  return {
    tokens: roomForTokens(),
    words: new Int32Array(BLOCK * PER_TOKEN),
    extras: new Int32Array(BLOCK * MOST_EXTRAS),
    extraOf: new Int32Array(BLOCK * MOST_EXTRAS),
    extraCount: 0,
    before: 0,
    beforeThat: 0,
    lastClass: 0,
    lastButOne: 0,
    sinceLast: 0,
  };
}

/** Begins a new text. */
export function forget(features: Features): void {
  features.before = features.beforeThat = features.lastClass = features.lastButOne = features.sinceLast = 0;
  features.tokens.isFirst = 1;
}

/** Reads the next stretch of a text and returns where it stopped. */
export function readFeatures(text: string, from: number, to: number, into: Features): number {
  const end = readTokens(text, from, to, into.tokens);
  const { hashes, stems, first, count } = into.tokens;
  const { words, extras, extraOf } = into;
  let { before, beforeThat, lastClass, lastButOne, sinceLast } = into;
  let extra = 0;
  for (let i = 0; i < count; i++) {
    const hash = hashes[i]!;
    const two = pairOf(before, hash);
    const at = i * PER_TOKEN;
    words[at] = Math.imul(hash, 0x9e3779b1) >>> SHIFT;
    words[at + 1] = two >>> SHIFT;
    words[at + 2] = Math.imul(two ^ Math.imul(beforeThat, 0x85ebca6b), 0xc2b2ae35) >>> SHIFT;
    words[at + 3] = Math.imul(stems[i]! ^ 0x7f4a7c15, 0x9e3779b1) >>> SHIFT;
    beforeThat = before;
    before = hash;
    sinceLast++;
    if (first[i] === 1) {
      extraOf[extra] = i;
      extras[extra++] = Math.imul(hash ^ 0x3243f6a8, 0x85ebca6b) >>> SHIFT;
    }
    const own = classOf(isSign(hash) ? two : hash);
    if (own === 0) continue;
    if (sinceLast > REACH) lastClass = lastButOne = 0;
    const salted = Math.imul(own, 0x3c6ef372);
    const after = salted + Math.imul(lastClass, 0x1f123bb5);
    extraOf[extra] = extraOf[extra + 1] = extraOf[extra + 2] = extraOf[extra + 3] = i;
    extras[extra] = Math.imul(salted ^ 0x51, 0x9e3779b1) >>> SHIFT;
    extras[extra + 1] = Math.imul(after, 0x9e3779b1) >>> SHIFT;
    extras[extra + 2] = Math.imul(after + Math.imul(lastButOne, 0x6c8e9cf5) + 7, 0x85ebca6b) >>> SHIFT;
    extras[extra + 3] = Math.imul(hash ^ Math.imul(lastClass + 1, 0x2545f491), 0xc2b2ae35) >>> SHIFT;
    extra += 4;
    lastButOne = lastClass;
    lastClass = own;
    sinceLast = 0;
  }
  into.extraCount = extra;
  into.before = before;
  into.beforeThat = beforeThat;
  into.lastClass = lastClass;
  into.lastButOne = lastButOne;
  into.sinceLast = sinceLast;
  return end;
}
