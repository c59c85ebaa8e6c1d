import { randomBytes } from 'node:crypto';
import type { Clock } from '../model/clock.ts';
import type { Payload } from '../wire/payload.ts';

const MOST_TASKS = 100;
const MOST_BYTES = 16 * 1024 * 1024;
/** Longest that a result is kept, and how long where the client does not say. */
const MOST_MS = 60 * 60 * 1000;
const USUAL_MS = 10 * 60 * 1000;

export interface FinishedTask {
  /** The gateway's own id of it; no backend knows it. */
  readonly id: string;
  readonly backend: string;
  /** The result of the call, as the backend gave it. */
  readonly result: Payload;
  /** When the call was answered, and until when the result is kept, in milliseconds since 1970. */
  readonly at: number;
  readonly until: number;
}

/**
 * Calls a legacy client wanted as tasks and a server answered at once. 2025-11-25 promises a task all the same, so the
 * gateway keeps their results for a while; the oldest go first when there are too many.
 */
export class FinishedTasks {
  readonly #tasks = new Map<string, FinishedTask>();
  #bytes = 0;

  /** Keeps a result for `ttl` milliseconds, or as long as is usual. */
  add(backend: string, result: Payload, ttl: unknown, clock: Clock): FinishedTask {
    const keptMs = typeof ttl === 'number' && ttl >= 0 ? Math.min(ttl, MOST_MS) : USUAL_MS;
    const at = clock.now();
    const id = `sallyport:${randomBytes(16).toString('base64url')}`;
    const task: FinishedTask = { id, backend, result, at, until: at + keptMs };
    this.#tasks.set(id, task);
    this.#bytes += result.size;
    for (const [old, { until }] of this.#tasks) {
      if (until >= at && this.#tasks.size <= MOST_TASKS && this.#bytes <= MOST_BYTES) break;
      this.#drop(old);
    }
    return task;
  }

  /** A task of `backend` that is still kept; those of backends themselves are never found here. */
  get(backend: string, id: string, clock: Clock): FinishedTask | undefined {
    const task = this.#tasks.get(id);
    if (task === undefined || task.backend !== backend) return undefined;
    if (task.until >= clock.now()) return task;
    this.#drop(id);
    return undefined;
  }

  /** Those of `backend`, newest first. */
  of(backend: string, clock: Clock): FinishedTask[] {
    const now = clock.now();
    return [...this.#tasks.values()].filter((task) => task.backend === backend && task.until >= now).reverse();
  }

  #drop(id: string): void {
    this.#bytes -= this.#tasks.get(id)?.result.size ?? 0;
    this.#tasks.delete(id);
  }
}
