/**
 * Loaded into a gateway with `--import`: notes the longest time in which nothing else got its turn. Whatever it is told over
 * the channel to its parent, it answers with what it noted since the last time, and begins anew.
 */
import { openSync, readSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** Milliseconds; `processor` is what the main thread really worked, which nobody else on the machine makes longer. */
export interface Stall {
  readonly wall: number;
  readonly processor: number;
  /** Of the main thread in all. */
  readonly worked: number;
}

const clock = openedClock();
const room = Buffer.alloc(64);
const nap = new Int32Array(new SharedArrayBuffer(4));
let lastWall = performance.now();
let last = worked();
let began = last;
let wall = 0;
let processor = 0;

/** Each turn of the loop begins with timers, so that two of them are never further apart than what ran between them. */
if (isMainThread) setInterval(tick, 1).unref();
process.on('message', () => {
  tick();
  process.send?.({ wall, processor, worked: last - began } satisfies Stall);
  [wall, processor, began] = [0, 0, last];
});
process.channel?.unref();

function tick(): void {
  const now = performance.now();
  const done = worked();
  wall = Math.max(wall, now - lastWall - 1);
  processor = Math.max(processor, done - last);
  lastWall = now;
  last = done;
}

function openedClock(): number | undefined {
  try {
    return openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
  } catch {
    return undefined;
  }
}

/** Milliseconds of processor time the main thread has had; the clock on the wall where nobody counts them. */
function worked(): number {
  if (clock === undefined) return performance.now();
  // The time of a thread that runs is only written down every few milliseconds, but always when it sleeps.
  Atomics.wait(nap, 0, 0, 0.01);
  readSync(clock, room, 0, room.length, 0);
  return Number(room.toString('latin1', 0, room.indexOf(' '))) / 1e6;
}
