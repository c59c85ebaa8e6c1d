import type { Code } from './codes.ts';
import type { Effect } from './decision.ts';

/** How a backend asked for a connection; `forward`: it connected to an address that stands for one host and port. */
export type EgressVia = 'http' | 'connect' | 'socks' | 'forward';

/** What the rules say of a connection. */
export interface EgressVerdict {
  readonly effect: Effect;
  /** Undefined when it is allowed. */
  readonly code?: Code | undefined;
  /** Why, without a value of the backend in it. */
  readonly text?: string | undefined;
  /** The rule that decided and where it stands. */
  readonly rule?: string | undefined;
  readonly source?: string | undefined;
}

/** Where the processes of one backend may connect to: the same rules that judge the hosts in arguments. */
export interface EgressRules {
  /** Judges a host (name or address) and port as they were asked for, before anything is looked up. */
  destination(host: string, port: number): EgressVerdict;
  /** Judges an address the host led to; private, link-local and metadata ranges are denied unless a rule names them. */
  address(host: string, port: number, address: string): EgressVerdict;
  /** Has `changed` called whenever other rules are in force; what it gives stops that. Absent where none ever are. */
  watch?(changed: () => void): () => void;
}

/** A connection, as it is recorded: once when it is decided, once when it has ended. */
export interface EgressEvent {
  readonly backend: string;
  readonly host: string;
  readonly port: number;
  readonly via: EgressVia;
  readonly decision: Effect;
  readonly address?: string | undefined;
  readonly code?: Code | undefined;
  readonly why?: string | undefined;
  readonly rule?: string | undefined;
}

export interface EgressEnd {
  readonly backend: string;
  readonly host: string;
  readonly port: number;
  /** Bytes sent by the backend, and to it. */
  readonly up: number;
  readonly down: number;
  readonly ms: number;
  readonly outcome: 'closed' | 'failed' | 'capped' | 'ended';
}

/** Where connections are written down. */
export interface EgressLog {
  /** False when the record could not be written, and nothing may be connected without one. */
  decided(event: EgressEvent): boolean;
  ended(end: EgressEnd): void;
}

/** A host an allow list writes out; without a port those of the web are meant. */
export interface NamedHost {
  readonly host: string;
  readonly port: number | undefined;
}
