import type { Channel } from '../../model/inspection.ts';
import type { Assessment, Hit } from '../assessment.ts';
import { Findings, type Scan } from '../findings.ts';
import { type Joined, joinedOf } from '../joined.ts';
import type { Pieces } from '../pieces.ts';
import { MOST_AT_ONCE, readAcross, readApart, readJoined, scan, scanInSlices, warm } from '../scan.ts';
import { combined, MENTION } from './combine.ts';
import { graver, type Judge, NO_VERDICT, shippedJudge, type Verdict } from './judge.ts';
import { byGravity } from './severity.ts';

/** What the model reads of a text that is too large to be read at once, at each end, in characters. */
const END = 64 << 10;
/** What it reads without a pause. */
const SLICE = 16 << 10;
/** What two slices share, so that no sentence is cut in two. */
const OVERLAP = 512;
/** Whoever uses that many words of the trade writes about attacks, so that what he quotes is likely an example. */
const TOPIC_WORDS = 3;

/** Reads rules and weights, so that the first message does not wait for them. */
export function warmAssess(): void {
  warm();
  shippedJudge();
}

/**
 * What the texts of a message hide, by rules, by what no harmless text has, and by the model. `before` is the end of
 * what the same tool said last (`Tails`). Of a message over {@link MOST_AT_ONCE} characters not all is seen, and
 * `unseen` says so; {@link assessInSlices} sees everything. Throws only when rules or weights cannot be read.
 */
export function assess(pieces: Pieces, channel: Channel, before = '', judge: Judge = shippedJudge()): Assessment {
  const findings = new Findings(pieces.unseen);
  const { values, names } = joinedOf(pieces);
  const ofValues = read(values, channel, before, findings, judge);
  const verdict = graver(ofValues, read(names, channel, '', findings, judge));
  readApart(pieces, channel, findings);
  const found = findings.scan();
  return assessmentOf(found, viewed(found, pieces, channel, verdict, judge));
}

/** Reads texts laid end to end, unless they are short ones that were read lately and nothing was found in them. */
function read(joined: Joined, channel: Channel, before: string, findings: Findings, judge: Judge): Verdict {
  const { text } = joined;
  if (text === '') return NO_VERDICT;
  const known = judge.known.of(channel, text);
  if (known?.after !== before) readAcross(before, joined, channel, findings);
  if (known !== undefined) {
    findings.topicWords += known.topicWords;
    if (findings.isEmpty) known.after = before;
    return { score: known.score, hit: undefined, isQuoted: false };
  }
  const { isEmpty, topicWords } = findings;
  readJoined(joined, channel, findings);
  const verdict = judged(joined, channel, judge);
  if (isEmpty && findings.isEmpty && verdict.hit === undefined) {
    judge.known.keep(channel, text, {
      topicWords: findings.topicWords - topicWords,
      score: verdict.score,
      after: before,
    });
  }
  return verdict;
}

function judged(joined: Joined, channel: Channel, judge: Judge): Verdict {
  const { length } = joined.text;
  if (length <= MOST_AT_ONCE) return judge.judge(joined, channel, 0, length);
  return graver(judge.judge(joined, channel, 0, END), judge.judge(joined, channel, length - END, length));
}

/** The same in steps of a few milliseconds at most, between which others may run; nothing is left out. */
export function* assessInSlices(pieces: Pieces, channel: Channel, before = ''): Generator<void, Assessment, void> {
  const judge = shippedJudge();
  const found = yield* scanInSlices(pieces, channel, before);
  const { values, names } = joinedOf(pieces);
  let verdict = NO_VERDICT;
  for (const joined of [values, names]) {
    const { length } = joined.text;
    for (let at = 0; at < length; at += SLICE) {
      verdict = graver(verdict, judge.judge(joined, channel, Math.max(0, at - OVERLAP), Math.min(length, at + SLICE)));
      yield;
    }
  }
  return assessmentOf(found, viewed(found, pieces, channel, verdict, judge));
}

function viewed(found: Scan, pieces: Pieces, channel: Channel, plain: Verdict, judge: Judge): Verdict {
  let verdict = plain;
  for (const view of found.views) {
    const end = pieces.list[view.piece]?.text.length ?? pieces.list.length;
    verdict = graver(verdict, judge.judgeView(view, channel, { start: 0, end }));
  }
  return verdict;
}

/** What is said of a text by rules alone, for those who set the scale. */
export function scoreByRules(pieces: Pieces, channel: Channel): number {
  return assessmentOf(scan(pieces, channel), NO_VERDICT).score;
}

function assessmentOf(found: Scan, verdict: Verdict): Assessment {
  const isAbout = found.topicWords > TOPIC_WORDS;
  const grounds = found.hits.map(({ category, severity }, index) => ({
    category,
    severity,
    isMention: isAbout && found.quoted[index] === true,
  }));
  const model = verdict.score * (isAbout && verdict.isQuoted ? MENTION : 1);
  const hits: Hit[] = verdict.hit === undefined ? [...found.hits] : [...found.hits, verdict.hit];
  return {
    score: combined(grounds, model),
    structural: found.structural,
    hits: hits.sort(byGravity),
    unseen: found.unseen,
  };
}
