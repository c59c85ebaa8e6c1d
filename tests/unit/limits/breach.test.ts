import assert from 'node:assert/strict';
import { test } from 'node:test';
import { breachIn, breachOf, outageOf, whyNotLimited } from '../../../backends/limits/breach.ts';
import type { CgroupPlace, HeldLimit } from '../../../backends/limits/place.ts';
import type { ResourceLimits } from '../../../lib/model/sandbox.ts';
import { MB, NO_LIMITS } from '../../support/sandbox/limits.ts';

const ALL: ResourceLimits = {
  ...NO_LIMITS,
  memoryBytes: 512 * MB,
  cpuSeconds: 30,
  processes: 64,
  fileBytes: 1000,
  openFiles: 10,
};

function place(breach: HeldLimit | undefined): CgroupPlace {
  return { breach: () => breach } as CgroupPlace;
}

function limitOf(code: number | null, signal: NodeJS.Signals | null, breach?: HeldLimit, limits = ALL) {
  return breachOf({ code, signal }, limits, place(breach))?.limit;
}

test('a signal tells the limit, also by the code of whoever waited for the process', () => {
  assert.equal(limitOf(null, 'SIGXCPU'), 'cpu');
  assert.equal(limitOf(152, null), 'cpu');
  assert.equal(limitOf(null, 'SIGXFSZ'), 'file_size');
  assert.equal(limitOf(153, null), 'file_size');
});

test('a process the kernel killed for its memory broke that limit, and one somebody else killed did not', () => {
  assert.equal(limitOf(null, 'SIGKILL', 'memory'), 'memory');
  assert.equal(limitOf(137, null, 'memory'), 'memory');
  assert.equal(limitOf(null, 'SIGKILL'), undefined);
  assert.equal(breachOf({ code: null, signal: 'SIGKILL' }, ALL), undefined);
});

test('a child that was killed for its memory is not why its parent ended by itself', () => {
  assert.equal(limitOf(0, null, 'memory'), undefined);
  assert.equal(limitOf(1, null, 'memory'), undefined);
  assert.equal(limitOf(null, 'SIGTERM', 'memory'), undefined);
});

test('one that failed after it was refused a process or thread broke that limit', () => {
  assert.equal(limitOf(null, 'SIGABRT', 'processes'), 'processes');
  assert.equal(limitOf(1, null, 'processes'), 'processes');
  assert.equal(limitOf(0, null, 'processes'), undefined);
});

test('a limit that was not set was not broken', () => {
  for (const [code, signal, breach] of [
    [152, null, undefined],
    [null, 'SIGXFSZ', undefined],
    [137, null, 'memory'],
    [1, null, 'processes'],
  ] as const) {
    assert.equal(limitOf(code, signal, breach, NO_LIMITS), undefined);
  }
});

test('what is told is a sentence with the limit in it, and that it may work later', () => {
  const exit = { code: null, signal: 'SIGKILL' } as const;
  const outage = outageOf('files', breachOf(exit, ALL, place('memory'))!, exit);
  assert.equal(outage.code, 'SP5030');
  assert.equal(outage.text, 'files used more than 512 MB of memory and was ended');
  assert.ok(outage.retryAfterMs! > 0);
  const seen = breachIn({ what: 'memory', used: 600 * MB, limit: 512 * MB });
  assert.equal(seen.text, 'used 600 MB of memory, and may use 512');
  assert.equal(breachIn({ what: 'processes', used: 70, limit: 64 }).limit, 'processes');
});

test('the codes of a start that did not take place are told from others', () => {
  assert.match(whyNotLimited(121)!, /cgroup/);
  assert.match(whyNotLimited(122)!, /limits/);
  assert.equal(whyNotLimited(1), undefined);
  assert.equal(whyNotLimited(null), undefined);
});
