import type { Clock } from '../../lib/model/clock.ts';
import type { EgressLog, EgressRules, EgressVerdict, EgressVia } from '../../lib/model/egress.ts';
import type { Resolve } from '../http/addresses.ts';
import { Allowance } from './allowance.ts';
import { Attempt } from './attempt.ts';
import type { EgressClient } from './client.ts';
import { closed } from './closed.ts';
import { Connection, type EgressOutcome } from './connection.ts';
import type { Destination } from './destination.ts';
import type { RelayedRequest } from './http-headers.ts';
import { type Judged, judge, judgeAgain } from './judging.ts';
import { reachFirst } from './reaching.ts';
import {
  denied,
  GIVEN_UP,
  LEADS_NOWHERE,
  LOOKED_UP_TOO_LONG,
  NOT_RECORDED,
  type Refusal,
  USED_UP,
  unreachable,
} from './refusal.ts';

export interface ConnectorOptions {
  readonly backend: string;
  readonly rules: EgressRules;
  readonly log: EgressLog;
  /** Bytes in both directions over all connections together; undefined for any. */
  readonly maxBytes: number | undefined;
  readonly resolve: Resolve;
  /** From the start of the lookup until somebody has answered. */
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  /** What must see some requests before they are sent. */
  readonly seeing?: Seeing | undefined;
}

export type Connected = Connection | Refusal;

/** Sees requests of a backend before they are sent, which a proxy otherwise carries without knowing them. */
export interface Seeing {
  /** Whether what is sent there is seen, encrypted or not. */
  sees(to: Destination): boolean;
  /** The request as it is sent; a verdict when it must not be. `isSecret`: nobody on the way can read it. */
  completed(request: RelayedRequest, isSecret: boolean): RelayedRequest | EgressVerdict;
  /** Serves a client in the place of a tunnel to where `connection` leads. Rejects when it ends before it has asked. */
  serve(client: EgressClient, connection: Connection, via: EgressVia, connector: Connector): Promise<void>;
  close(): void;
}

/** What is recorded of a host whose lookup nobody waited for: it was asked for, and it was not refused. */
const NOT_LOOKED_UP: Judged = { verdict: { effect: 'allow' }, addresses: [], address: undefined };

/** The only place that connects for a backend: judged, then written down, then connected to what was judged. */
export class Connector {
  readonly #options: ConnectorOptions;
  readonly #allowance: Allowance | undefined;
  readonly #attempts = new Map<Attempt, Promise<Connected>>();
  /** What is open, and how it was asked for. */
  readonly #open = new Map<Connection, EgressVia>();
  readonly #unwatch: (() => void) | undefined;
  /** Other rules were in force so many times. */
  #changes = 0;
  #isClosed = false;

  constructor(options: ConnectorOptions) {
    this.#options = options;
    const { maxBytes, rules } = options;
    this.#unwatch = rules.watch?.(() => this.#rulesChanged());
    if (maxBytes !== undefined) this.#allowance = new Allowance(maxBytes, () => this.#endAll('capped'));
  }

  get seeing(): Seeing | undefined {
    return this.#options.seeing;
  }

  /** Never rejects. `gone` is aborted when nobody waits for the connection any more. */
  async connect(to: Destination, via: EgressVia, gone: AbortSignal): Promise<Connected> {
    if (this.#isClosed) return GIVEN_UP;
    const attempt = new Attempt(this.#options.connectTimeoutMs, gone);
    const trying = this.#tried(to, via, attempt);
    this.#attempts.set(attempt, trying);
    try {
      return await trying;
    } finally {
      this.#attempts.delete(attempt);
      attempt.settle();
    }
  }

  /** Judges an open connection for one more request; a refusal is written down and ends it. */
  judgeAgain(connection: Connection, via: EgressVia): Refusal | undefined {
    const { to, address } = connection;
    const verdict = judgeAgain(to, address, this.#options.rules);
    if (verdict.effect === 'allow') return undefined;
    const recorded = this.#record(to, via, verdict, address);
    connection.end('ended');
    return recorded ? denied(verdict) : NOT_RECORDED;
  }

  /** Writes down that a request is refused for what it carries. */
  refuse(to: Destination, via: EgressVia, verdict: EgressVerdict): Refusal {
    return this.#record(to, via, verdict, undefined) ? denied(verdict) : NOT_RECORDED;
  }

  /** Writes down what is refused because nobody can say where it would lead. */
  unreadable(via: EgressVia, text: string): void {
    this.#record({ host: '', port: 0 }, via, { effect: 'deny', code: 'SP5020', text }, undefined);
  }

  /** Gives up what is under way and ends what is open; resolves when all of it has ended and is recorded. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unwatch?.();
    for (const attempt of this.#attempts.keys()) attempt.giveUp('closing');
    this.#endAll('ended');
    await Promise.all(this.#attempts.values());
    await Promise.all([...this.#open.keys()].map(({ socket }) => closed(socket)));
  }

  async #tried(to: Destination, via: EgressVia, attempt: Attempt): Promise<Connected> {
    const { rules, resolve, clock } = this.#options;
    const began = clock.monotonic();
    const before = this.#changes;
    const judged = this.#isUsedUp ? undefined : await attempt.wait(judge(to, rules, resolve));
    // Others may have used it up while the name was looked up.
    const verdict = this.#isUsedUp ? USED_UP : (judged ?? NOT_LOOKED_UP).verdict;
    const { addresses, address } = judged ?? NOT_LOOKED_UP;
    if (!this.#record(to, via, verdict, address)) return NOT_RECORDED;
    if (verdict.effect !== 'allow') return denied(verdict);
    try {
      const reached = await reachFirst(addresses, to.port, attempt.signal);
      const connection = new Connection(reached.socket, to, reached.address, this.#allowance);
      this.#opened(connection, via, began);
      const refused = before === this.#changes ? undefined : this.judgeAgain(connection, via);
      return refused ?? connection;
    } catch (error) {
      const { givenUp } = attempt;
      this.#ended(to, 0, 0, began, givenUp === 'closing' ? 'ended' : 'failed');
      if (givenUp === 'gone' || givenUp === 'closing') return GIVEN_UP;
      if (addresses.length > 0) return unreachable(error);
      return givenUp === 'late' ? LOOKED_UP_TOO_LONG : LEADS_NOWHERE;
    }
  }

  get #isUsedUp(): boolean {
    return this.#allowance?.isUsedUp === true;
  }

  #opened(connection: Connection, via: EgressVia, began: number): void {
    this.#open.set(connection, via);
    connection.socket.once('close', () => {
      this.#open.delete(connection);
      connection.count();
      const { up, down, outcome, to } = connection;
      this.#ended(to, up, down, began, outcome);
    });
    if (this.#isUsedUp) connection.end('capped');
    if (this.#isClosed) connection.end('ended');
  }

  #record(
    { host, port }: Pick<Destination, 'host' | 'port'>,
    via: EgressVia,
    { effect: decision, code, text: why, rule }: EgressVerdict,
    address: string | undefined,
  ): boolean {
    const { backend, log } = this.#options;
    try {
      return log.decided({ backend, host, port, via, decision, address, code, why, rule });
    } catch {
      return false;
    }
  }

  #ended({ host, port }: Destination, up: number, down: number, began: number, outcome: EgressOutcome): void {
    const { backend, log, clock } = this.#options;
    try {
      log.ended({ backend, host, port, up, down, ms: clock.monotonic() - began, outcome });
    } catch {
      // The connection is over; what is refused for want of a record is the next one.
    }
  }

  /** What the new rules refuse is ended: a tunnel is asked for once, and could stay open for days. */
  #rulesChanged(): void {
    this.#changes++;
    for (const [connection, via] of [...this.#open]) this.judgeAgain(connection, via);
  }

  #endAll(outcome: EgressOutcome): void {
    for (const connection of this.#open.keys()) connection.end(outcome);
  }
}
