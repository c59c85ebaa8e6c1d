import type { AuditLog, Done, RefusedFrame } from '../../../lib/model/audit.ts';
import type { Call } from '../../../lib/model/call.ts';
import type { Decision, Reason } from '../../../lib/model/decision.ts';

export type AuditRecord =
  | { readonly kind: 'call'; readonly call: Call; readonly decision: Decision; readonly revision: string }
  | { readonly kind: 'unasked'; readonly call: Parameters<AuditLog['unasked']>[0]; readonly reason: Reason }
  | { readonly kind: 'done'; readonly call: Call; readonly done: Done }
  | { readonly kind: 'refused'; readonly frame: RefusedFrame }
  | { readonly kind: 'event'; readonly event: string; readonly fields: Readonly<Record<string, unknown>> };

/** Keeps in memory what would be written, and fails to write when told to. */
export class RecordedAudit implements AuditLog {
  readonly records: AuditRecord[] = [];
  /** While true, nothing can be written. */
  failing = false;
  blocksOnFailure = true;

  call(call: Call, decision: Decision, revision: string): void {
    this.records.push({ kind: 'call', call, decision, revision });
  }

  unasked(call: Parameters<AuditLog['unasked']>[0], reason: Reason): void {
    this.records.push({ kind: 'unasked', call, reason });
  }

  done(call: Call, done: Done): void {
    this.records.push({ kind: 'done', call, done });
  }

  refused(frame: RefusedFrame): void {
    this.records.push({ kind: 'refused', frame });
  }

  event(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.records.push({ kind: 'event', event, fields });
  }

  commit(): boolean {
    return !this.failing;
  }

  close(): void {}

  /** Codes of the frames refused so far. */
  get refusedCodes(): string[] {
    return this.records.flatMap((record) => (record.kind === 'refused' ? [record.frame.code] : []));
  }
}
