import type { AuditLog, Done, RefusedFrame } from '../model/audit.ts';
import type { BudgetUse } from '../model/budget-use.ts';
import type { Call } from '../model/call.ts';
import type { Decision, Reason } from '../model/decision.ts';
import type { Unasked, Watcher } from '../model/watcher.ts';

/** The log, with those who watch what goes into it. Each hears it after it was noted, and none can keep it from being so. */
export class WatchedAudit implements AuditLog {
  readonly #log: AuditLog;
  #watchers: readonly Watcher[] = [];

  constructor(log: AuditLog) {
    this.#log = log;
  }

  /** Has `watcher` hear of everything from now on; what this answers ends that. */
  watch(watcher: Watcher): () => void {
    this.#watchers = [...this.#watchers, watcher];
    return () => {
      this.#watchers = this.#watchers.filter((one) => one !== watcher);
    };
  }

  get blocksOnFailure(): boolean {
    return this.#log.blocksOnFailure;
  }

  call(call: Call, decision: Decision, revision: string): void {
    this.#log.call(call, decision, revision);
    for (const watcher of this.#watchers) undisturbed(() => watcher.called?.(call, decision));
  }

  unasked(call: Unasked, reason: Reason): void {
    this.#log.unasked(call, reason);
    for (const watcher of this.#watchers) {
      undisturbed(() => watcher.unasked?.(call, reason));
      undisturbed(() => watcher.event?.('unasked', { ...call.resource, code: reason.code }));
    }
  }

  done(call: Call, done: Done): void {
    this.#log.done(call, done);
    for (const watcher of this.#watchers) undisturbed(() => watcher.ended?.(call, done));
  }

  refused(frame: RefusedFrame): void {
    this.#log.refused(frame);
    for (const watcher of this.#watchers) undisturbed(() => watcher.refused?.(frame));
  }

  event(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#log.event(event, fields);
    for (const watcher of this.#watchers) undisturbed(() => watcher.event?.(event, fields));
  }

  /** What the log itself cannot hold, since it is about the log: those who watch hear of it all the same. */
  unwritten(event: string, fields: Readonly<Record<string, unknown>>): void {
    for (const watcher of this.#watchers) undisturbed(() => watcher.event?.(event, fields));
  }

  spent(use: BudgetUse): void {
    for (const watcher of this.#watchers) undisturbed(() => watcher.spent?.(use));
  }

  commit(): boolean {
    return this.#log.commit();
  }

  close(): void {
    this.#log.close();
  }
}

/** Who watches cannot break what is watched. */
function undisturbed(hear: () => void): void {
  try {
    hear();
  } catch {
    // A watcher that fails misses what it failed at, and nothing else.
  }
}
