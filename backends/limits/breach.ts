import { constants } from 'node:os';
import type { ResourceLimits } from '../../lib/model/sandbox.ts';
import type { Outage } from '../../lib/model/server.ts';
import type { CgroupPlace } from './place.ts';
import { NOT_JOINED, NOT_LIMITED } from './start-script.ts';
import type { Overuse } from './watch.ts';

/** The limit that ended a backend. Too many open files end nobody: the backend sees the error and goes on. */
export interface Breach {
  readonly limit: 'memory' | 'cpu' | 'processes' | 'file_size';
  /** A sentence without a subject, to stand after the name of the backend. */
  readonly text: string;
}

/** How a process ended: by its own code, or by a signal. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Which limit ended a backend; undefined when none is known to have. A shell, npx and bwrap tell of the signal that ended
 * their child by 128 and its number. What a child of it did to be killed long ago is not held against one that ends
 * well, or by its own fault.
 */
export function breachOf(ended: Ended, limits: ResourceLimits, place?: CgroupPlace): Breach | undefined {
  if (limits.cpuSeconds !== undefined && endedBy('SIGXCPU', ended)) {
    return { limit: 'cpu', text: `used more than ${limits.cpuSeconds} seconds of processor time` };
  }
  if (limits.fileBytes !== undefined && endedBy('SIGXFSZ', ended)) {
    return { limit: 'file_size', text: `wrote a file of more than ${limits.fileBytes} bytes` };
  }
  if (ended.code === 0 || place === undefined) return undefined;
  const breach = place.breach();
  if (breach === 'memory' && limits.memoryBytes !== undefined && endedBy('SIGKILL', ended)) {
    return { limit: 'memory', text: `used more than ${megabytes(limits.memoryBytes)} MB of memory` };
  }
  if (breach !== 'processes' || limits.processes === undefined) return undefined;
  return { limit: 'processes', text: `wanted more than ${limits.processes} processes and threads` };
}

/** What the watch saw, for which the backend is ended. */
export function breachIn({ what, used, limit }: Overuse): Breach {
  return what === 'memory'
    ? { limit: what, text: `used ${megabytes(used)} MB of memory, and may use ${megabytes(limit)}` }
    : { limit: what, text: `had ${used} processes and threads, and may have ${limit}` };
}

/** A backend that used too much is started again like one that failed; a moment later is soon enough. */
const RETRY_MS = 1000;

/** What those hear who wait for a backend that broke a limit. */
export function outageOf(backend: string, { text }: Breach, exit: Ended): Outage {
  return { code: 'SP5030', text: `${backend} ${text} and was ended`, exit, retryAfterMs: RETRY_MS };
}

/** Why a limited start did not become the program, where its code says so; what it may mean else is the reader's to know. */
export function whyNotLimited(code: number | null): string | undefined {
  switch (code) {
    case NOT_JOINED:
      return 'it could not be put into the cgroup that holds its limits';
    case NOT_LIMITED:
      return 'one of its limits could not be set';
    default:
      return undefined;
  }
}

function endedBy(signal: NodeJS.Signals, ended: Ended): boolean {
  return ended.signal === signal || ended.code === 128 + constants.signals[signal];
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
