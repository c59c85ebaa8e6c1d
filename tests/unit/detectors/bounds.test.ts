import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoundedDetector } from '../../../backends/detectors/bounded-detector.ts';
import { DetectorTally } from '../../../backends/detectors/detector-tally.ts';
import type { Question, Scorer } from '../../../backends/detectors/scorer.ts';
import { FakeClock } from '../../support/clock.ts';
import { LogProbe } from '../../support/watching/log-probe.ts';

interface Answer {
  readonly question: Question;
  readonly resolve: (score: number) => void;
  readonly reject: (error: Error) => void;
}

/** A scorer that answers when it is told to, or at once as `answer` says. */
class Scripted implements Scorer {
  readonly open: Answer[] = [];
  answer: (() => Promise<number>) | undefined;
  asked = 0;
  isClosed = false;

  score(question: Question): Promise<number> {
    this.asked++;
    if (this.answer !== undefined) return this.answer();
    return new Promise((resolve, reject) => this.open.push({ question, resolve, reject }));
  }

  close(): void {
    this.isClosed = true;
  }
}

function scene({ timeoutMs = 60_000, atOnce = 2 } = {}) {
  const [clock, log, scorer] = [new FakeClock(), new LogProbe(), new Scripted()];
  const tally = new DetectorTally('guard', log, clock);
  const options = { name: 'guard', channels: [], onError: 'ignore', timeoutMs, atOnce, clock, tally } as const;
  return { clock, log, scorer, tally, detector: new BoundedDetector(scorer, options) };
}

const failing = () => Promise.reject(new Error('broken'));

test('who asks has an answer in time or a failure, and the question is called off', async () => {
  const { detector, scorer, tally, log } = scene({ timeoutMs: 20 });
  await assert.rejects(detector.score('text', 'args'), /took more than 20 ms/);
  assert.equal(scorer.open[0]!.question.signal.aborted, true);
  assert.deepEqual(tally.counts, { asked: 1, failed: 1, late: 1, leftAlone: 0 });
  const [{ detector: name, why, code } = assert.fail()] = log.of('detector_failed');
  assert.deepEqual([name, why, code], ['guard', 'took more than 20 ms', 'SP5040']);
});

test('few are asked at once, the others wait, and more than may wait fail', async () => {
  const { detector, scorer } = scene({ atOnce: 2 });
  const answers = Array.from({ length: 66 }, (_, index) => detector.score(`text ${index}`, 'args'));
  assert.equal(scorer.open.length, 2);
  await assert.rejects(detector.score('one more', 'args'), /too many texts wait/);
  for (let index = 0; index < 66; index++) {
    scorer.open[index]!.resolve(0.5);
    await answers[index];
    // The place is given on after the answer.
    await new Promise(setImmediate);
  }
  assert.equal(scorer.asked, 66);
});

test('one that was too late keeps its place until it is really done', async () => {
  const { detector, scorer } = scene({ atOnce: 1, timeoutMs: 20 });
  await assert.rejects(detector.score('stuck', 'args'), /took more/);
  await assert.rejects(detector.score('behind it', 'args'), /took more/);
  assert.equal(scorer.asked, 1);
  scorer.open[0]!.resolve(0.1);
  scorer.answer = async () => 0.4;
  await new Promise(setImmediate);
  assert.equal(await detector.score('now', 'args'), 0.4);
});

test('a score that is none is a failure', async () => {
  const { detector, scorer } = scene();
  for (const score of [Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY]) {
    scorer.answer = async () => score;
    await assert.rejects(detector.score('text', 'args'), /not from 0 to 1/, String(score));
  }
});

test('after five failures in a row it is left alone, then tried once, and is back when that succeeds', async () => {
  const { detector, scorer, clock, log, tally } = scene();
  scorer.answer = failing;
  for (let times = 0; times < 5; times++) await assert.rejects(detector.score('text', 'args'), /broken/);
  await assert.rejects(detector.score('text', 'args'), /left alone/);
  assert.equal(scorer.asked, 5);
  assert.equal(log.of('detector_rests').length, 1);
  clock.pass(5001);
  await assert.rejects(detector.score('text', 'args'), /broken/);
  await assert.rejects(detector.score('text', 'args'), /left alone/, 'it rests again, and longer');
  clock.pass(5001);
  await assert.rejects(detector.score('text', 'args'), /left alone/);
  clock.pass(5001);
  scorer.answer = undefined;
  const tried = detector.score('text', 'args');
  await assert.rejects(detector.score('text', 'args'), /left alone/, 'one alone is let through');
  scorer.open[0]!.resolve(0.2);
  assert.equal(await tried, 0.2);
  scorer.answer = async () => 0.3;
  assert.equal(await detector.score('text', 'args'), 0.3);
  assert.equal(log.of('detector_back').length, 1);
  assert.deepEqual(tally.counts, { asked: 8, failed: 6, late: 0, leftAlone: 4 });
});

test('failures between successes do not add up', async () => {
  const { detector, scorer } = scene();
  for (let times = 0; times < 20; times++) {
    scorer.answer = failing;
    for (let again = 0; again < 4; again++) await assert.rejects(detector.score('text', 'args'), /broken/);
    scorer.answer = async () => 0;
    assert.equal(await detector.score('text', 'args'), 0);
  }
});

test('the log hears of failures once a minute, with the counts of all', async () => {
  const { detector, scorer, clock, log } = scene();
  const failAndRecover = async () => {
    scorer.answer = failing;
    await assert.rejects(detector.score('text', 'args'));
    scorer.answer = async () => 0;
    await detector.score('text', 'args');
  };
  for (let times = 0; times < 50; times++) await failAndRecover();
  assert.equal(log.entries.length, 1);
  clock.pass(60_001);
  await failAndRecover();
  assert.deepEqual(
    log.of('detector_failed').map(({ failed }) => failed),
    [1, 51],
  );
});

test('what is under way or waits when it is closed fails, and nothing is asked any more', async () => {
  const { detector, scorer, log } = scene({ atOnce: 1 });
  const both = ['one', 'two'].map((text) => detector.score(text, 'args'));
  const settled = Promise.allSettled(both);
  await detector.close();
  assert.deepEqual(
    (await settled).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.ok(scorer.isClosed);
  await assert.rejects(detector.score('three', 'args'), /closed/);
  assert.equal(scorer.asked, 1);
  assert.deepEqual(
    log.entries.map(({ event }) => event),
    ['detector_ended'],
  );
});
