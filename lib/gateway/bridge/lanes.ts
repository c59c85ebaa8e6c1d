import type { Backend, Engine, Lanes } from '../ports.ts';

/** How long a call waits for a process that works, before another process is started for it. */
const PATIENCE_MS = 2000;
/** An extra process nobody needs is ended after this long. */
const IDLE_MS = 60_000;
const MOST_WAITING = 64;

interface Lane {
  readonly backend: Backend;
  /** A call that may be asked back runs in it. */
  busy: boolean;
  /** That call waits for its client, which may take minutes. */
  parked: boolean;
  idle: NodeJS.Timeout | undefined;
}

type Then = (lane: Backend) => void;

/**
 * The processes of one legacy server. What it asks on standard output names no call, so at most one call that may be
 * asked back runs in a process at a time. Others wait, since a server may keep state between calls; another process
 * is started when the first one waits for a person, or works for long.
 */
export class ProcessLanes implements Lanes {
  readonly #lanes: Lane[];
  readonly #most: number;
  readonly #engine: Engine;
  readonly #start: () => Backend;
  readonly #end: (backend: Backend) => void;
  readonly #waiting: Then[] = [];
  #patience: NodeJS.Timeout | undefined;

  constructor(first: Backend, most: number, engine: Engine, start: () => Backend, end: (backend: Backend) => void) {
    this.#lanes = [{ backend: first, busy: false, parked: false, idle: undefined }];
    this.#most = most;
    this.#engine = engine;
    this.#start = start;
    this.#end = end;
  }

  /** Whether a call runs in one of the processes, or waits for its client. */
  get busy(): boolean {
    return this.#lanes.some(({ busy }) => busy);
  }

  /** Calls `then` with a process that is free; false when too many wait. What it answers else stops the waiting. */
  take(then: Then): (() => void) | false {
    const free = this.#lanes.find(({ busy }) => !busy);
    if (free !== undefined) {
      this.#occupy(free, then);
      return () => {};
    }
    if (this.#waiting.length >= MOST_WAITING) return false;
    this.#waiting.push(then);
    this.#serve(this.#lanes.every(({ parked }) => parked));
    return () => {
      const at = this.#waiting.indexOf(then);
      if (at !== -1) this.#waiting.splice(at, 1);
    };
  }

  /** The call in `backend` waits for its client, or does so no more. */
  park(backend: Backend, parked: boolean): void {
    const lane = this.#lane(backend);
    if (lane === undefined) return;
    lane.parked = parked;
    if (parked) this.#serve(this.#lanes.every((other) => other.parked));
  }

  /** The call in `backend` is over. */
  release(backend: Backend): void {
    const lane = this.#lane(backend);
    if (lane === undefined || !lane.busy) return;
    lane.busy = false;
    lane.parked = false;
    const next = this.#waiting.shift();
    if (next !== undefined) return this.#occupy(lane, next);
    if (lane !== this.#lanes[0]) lane.idle = setTimeout(() => this.#retire(lane), IDLE_MS).unref();
  }

  /** Ends the extra processes. */
  close(): void {
    clearTimeout(this.#patience);
    for (const lane of this.#lanes.slice(1)) this.#retire(lane);
  }

  /** Starts one more process for those that wait: at once, or when they have waited long enough. */
  #serve(now: boolean): void {
    if (this.#waiting.length === 0 || this.#lanes.length >= this.#most) return;
    if (!now) {
      const { turn } = this.#engine;
      this.#patience ??= setTimeout(() => turn.run(() => this.#lost()), PATIENCE_MS).unref();
      return;
    }
    const lane: Lane = { backend: this.#start(), busy: false, parked: false, idle: undefined };
    this.#lanes.push(lane);
    this.#occupy(lane, this.#waiting.shift()!);
  }

  #lost(): void {
    this.#patience = undefined;
    this.#serve(true);
    this.#serve(false);
  }

  #occupy(lane: Lane, then: Then): void {
    clearTimeout(lane.idle);
    lane.busy = true;
    then(lane.backend);
  }

  #lane(backend: Backend): Lane | undefined {
    return this.#lanes.find((lane) => lane.backend === backend);
  }

  #retire(lane: Lane): void {
    clearTimeout(lane.idle);
    this.#lanes.splice(this.#lanes.indexOf(lane), 1);
    this.#end(lane.backend);
  }
}
