import type { AuditLog, Done, RefusedFrame } from '../../../lib/model/audit.ts';
import type { Call } from '../../../lib/model/call.ts';
import type { Decision, Reason } from '../../../lib/model/decision.ts';

/** What an audit log was told, in order; it fails where a test wants it to. */
export class AuditProbe implements AuditLog {
  readonly told: string[] = [];
  readonly decisions: Decision[] = [];
  readonly outcomes: Done[] = [];
  blocksOnFailure = true;
  /** Whether gathered records can be written. */
  writes = true;
  /** Which calls throw. */
  throws: ReadonlySet<'call' | 'done'> = new Set();

  call(_call: Call, decision: Decision): void {
    if (this.throws.has('call')) throw new Error('the record cannot be made');
    this.told.push('call');
    this.decisions.push(decision);
  }

  unasked(_call: Omit<Call, 'facts' | 'args' | 'params'>, reason: Reason): void {
    this.told.push(`unasked ${reason.code}`);
  }

  done(_call: Call, done: Done): void {
    if (this.throws.has('done')) throw new Error('the record cannot be made');
    this.told.push(`done ${done.outcome}`);
    this.outcomes.push(done);
  }

  refused(frame: RefusedFrame): void {
    this.told.push(`refused ${frame.code}`);
  }

  event(event: string): void {
    this.told.push(event);
  }

  commit(): boolean {
    return this.writes;
  }

  close(): void {}
}
