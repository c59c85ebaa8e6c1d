import type { Outlet } from '../gateway/outlet.ts';
import type { Backend, Engine } from '../gateway/ports.ts';
import type { Json } from '../model/json.ts';
import type { Identity } from '../model/principal.ts';
import type { LinesOf } from '../protocol/param-headers.ts';
import type { Frame } from '../wire/frame.ts';
import type { Outgoing } from '../wire/writer.ts';

/** What the front asks of the gateway behind it. */
export interface Door extends Pick<Engine, 'audit' | 'clock' | 'config' | 'log' | 'policy' | 'registry' | 'turn'> {
  /** Takes in a legacy client; what belongs to no request of it leaves by `out`. */
  openSession(identity: Identity, out: Outgoing): Visitor;
  /** Takes in one request of a modern client that can do `capabilities`. */
  visit(identity: Identity, capabilities: Json, out: Outgoing): Visitor;
}

/** A client inside the gateway. To be called inside a turn. */
export interface Visitor {
  readonly id: string;
  /** Revision a legacy client was told. */
  readonly revision: string | undefined;
  readonly backends: readonly Backend[];
  /** Headers of the one request of a modern client, for those that repeat arguments of the tool it calls. */
  headers: LinesOf | undefined;
  /**
   * Without an outlet, what belongs to the frame leaves like what belongs to none. `identity` is who sent it, where that
   * may be another proof than the one the visitor came in with.
   */
  receive(frame: Frame, outlet?: Outlet, identity?: Identity): void;
  /** Whether what is sent to the client is read; while it is not, its own backends are not read either. */
  keepsUp(yes: boolean): void;
  /** The client is gone: what runs for it is called off. */
  end(): void;
}
