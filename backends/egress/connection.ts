import type { Socket } from 'node:net';
import type { EgressEnd } from '../../lib/model/egress.ts';
import type { Allowance } from './allowance.ts';
import type { Destination } from './destination.ts';

export type EgressOutcome = EgressEnd['outcome'];

/** One connection the gateway has made for a backend. It is recorded when its socket closes, whoever closed it. */
export class Connection {
  readonly socket: Socket;
  readonly to: Destination;
  /** The address it leads to, which is one that was judged. */
  readonly address: string;
  readonly #allowance: Allowance | undefined;
  #inner: Socket | undefined;
  #counted = 0;
  #outcome: EgressOutcome = 'closed';

  constructor(socket: Socket, to: Destination, address: string, allowance: Allowance | undefined) {
    this.socket = socket;
    this.to = to;
    this.address = address;
    this.#allowance = allowance;
    // Whoever relays the bytes begins to read, and nothing may be lost before that.
    socket.pause();
    socket.on('error', () => this.#settle('failed'));
    if (allowance !== undefined) socket.on('data', () => this.count());
  }

  get outcome(): EgressOutcome {
    return this.#outcome;
  }

  /** What is written to and read from: the socket, or what speaks TLS over it. */
  get stream(): Socket {
    return this.#inner ?? this.socket;
  }

  /** From now on `inner` speaks over it, and what is inside is what counts. */
  speakThrough(inner: Socket): void {
    this.#inner = inner;
    inner.on('error', () => this.#settle('failed'));
    if (this.#allowance !== undefined) inner.on('data', () => this.count());
  }

  get up(): number {
    return this.stream.bytesWritten;
  }

  get down(): number {
    return this.stream.bytesRead;
  }

  /** Takes what it has carried since the last time, and `coming` bytes about to be sent, from the allowance. */
  count(coming = 0): void {
    const carried = this.up + this.down + coming;
    // What was said to be coming may still be on its way to the socket.
    if (carried <= this.#counted) return;
    const fresh = carried - this.#counted;
    this.#counted = carried;
    this.#allowance?.spend(fresh);
  }

  /** Whether bytes must be counted while they pass. */
  get isLimited(): boolean {
    return this.#allowance !== undefined;
  }

  end(outcome: EgressOutcome): void {
    this.#settle(outcome);
    this.socket.destroy();
  }

  /** What ended it first is what is recorded. */
  #settle(outcome: EgressOutcome): void {
    if (this.#outcome === 'closed') this.#outcome = outcome;
  }
}
