import type { RequestFrame } from '../../wire/frame.ts';
import type { AgreedCall } from '../agreed-call.ts';
import type { Caller, Refused } from '../caller.ts';
import type { Outlet } from '../outlet.ts';
import type { Request, Session } from '../ports.ts';
import { detailOf, type Refusal, refusalLine } from '../refusal.ts';
import type { Recorded } from '../turn.ts';

/** A client's request with everything needed to answer it. */
export class ClientRequest implements Request {
  readonly session: Session;
  readonly frame: RequestFrame;
  readonly caller: Caller;
  readonly outlet: Outlet;
  agreed: AgreedCall | undefined;

  constructor(session: Session, frame: RequestFrame, caller: Caller, outlet: Outlet) {
    this.session = session;
    this.frame = frame;
    this.caller = caller;
    this.outlet = outlet;
  }

  /** What a list or a subscription would be called, if it could be hidden. */
  get shown(): string {
    return this.frame.method;
  }

  /** Refuses it before anything was asked of anybody; inside a batch the refusal belongs into the batch's answer. */
  refuse({ refusal, code }: Refused): void {
    const { session, frame } = this;
    const detail = detailOf(refusal);
    session.engine.audit.refused({ from: 'client', session: session.id, code, detail, bytes: frame.size });
    this.respond(refusal, undefined);
  }

  challenge(scopes: readonly string[]): boolean {
    return this.outlet.challenge?.(scopes) ?? false;
  }

  /** Answers it; undefined when nobody waits for an answer. */
  respond(refusal: Refusal | undefined, owner: Recorded | undefined): void {
    const { id } = this.frame;
    this.session.release(id);
    if (refusal === undefined) return this.outlet.nothing();
    this.outlet.send(refusalLine(id, refusal), owner);
  }
}
