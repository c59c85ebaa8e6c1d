import type { Socket } from 'node:net';
import type { ApprovalDesk, PendingApproval } from '../../lib/model/approval-desk.ts';
import type { Assurance } from '../../lib/model/approvals.ts';
import type { Json } from '../../lib/model/json.ts';
import type { Reason } from '../../lib/model/reason.ts';
import type { Announced, ProcessId } from './announced.ts';
import { Challenge, claimOf } from './challenge.ts';
import { readLines } from './lines.ts';
import type { LocalHandlers } from './local-handlers.ts';
import {
  type Fault,
  MOST_LISTED,
  MOST_REQUEST_BYTES,
  PROTOCOL,
  requestOf,
  saidAnswer,
  saidGrant,
  type Verb,
} from './protocol.ts';
import { standingOf } from './who-may.ts';

/** Events are left out while so much waits to be read, and counted. */
const MOST_UNREAD_BYTES = 256 * 1024;
/** Who reads nothing for so long is not there. */
const MOST_UNREAD_MS = 10_000;
/** Whoever is refused so often does not find out more. */
const MOST_REFUSED = 5;

/** What is around a connection: the folder of its socket, all gateways of the user, and the clients of those that have ended. */
interface Surroundings {
  readonly folder: string;
  gateways(): Announced[];
  clients(): ProcessId[];
}

type Outcome = { readonly said: Json } | { readonly fault: Fault };

/** One client of the local socket. */
export class LocalConnection {
  readonly #socket: Socket;
  readonly #around: Surroundings;
  readonly #handlers: LocalHandlers;
  #challenge: Challenge | undefined;
  #unwatch: (() => void) | undefined;
  #dropped = 0;
  #refused = 0;
  #deaf: NodeJS.Timeout | undefined;

  constructor(socket: Socket, around: Surroundings, handlers: LocalHandlers) {
    this.#socket = socket;
    this.#around = around;
    this.#handlers = handlers;
    socket.on('error', () => {});
    socket.on('drain', () => this.#heard());
    socket.once('close', () => this.#closed());
    readLines(
      socket,
      MOST_REQUEST_BYTES,
      (line) => this.#line(line),
      () => {
        this.#answer(null, fault('malformed', `a request has at most ${MOST_REQUEST_BYTES} bytes`));
        this.end();
      },
    );
  }

  /** What was said to it is still sent, for a moment. */
  end(): void {
    this.#socket.destroySoon();
    this.#closed();
  }

  async #line(line: string): Promise<void> {
    const request = requestOf(line);
    if ('fault' in request) return this.#answer(request.id, request);
    try {
      this.#answer(request.id, await this.#done(request.verb, request.fields));
    } catch (error) {
      this.#answer(request.id, fault('failed', (error as Error).message));
    }
    if (this.#refused >= MOST_REFUSED) this.end();
  }

  #done(verb: Verb, fields: Json): Outcome | Promise<Outcome> {
    switch (verb) {
      case 'status':
        return { said: { status: this.#handlers.status() } };
      case 'pending':
        return this.#handlers.desk().then((desk) => listed(desk.pending()));
      case 'show':
        return this.#show(fields);
      case 'challenge':
        this.#challenge?.end();
        this.#challenge = new Challenge(this.#around.folder);
        return { said: { challenge: this.#challenge.posed } };
      case 'answer':
        return this.#answered(fields);
      case 'grant':
        return this.#granted(fields);
      case 'watch':
        return this.#watch();
    }
  }

  async #watch(): Promise<Outcome> {
    const unwatch = await this.#handlers.watch((event) => this.#tell(event));
    this.#unwatch?.();
    this.#unwatch = unwatch;
    if (this.#socket.destroyed) this.#closed();
    return { said: { status: this.#handlers.status() } };
  }

  async #show({ request }: Json): Promise<Outcome> {
    const pending = find(await this.#handlers.desk(), request);
    return pending === undefined ? unknownRequest(request) : { said: { pending } };
  }

  async #answered(fields: Json): Promise<Outcome> {
    const said = saidAnswer(fields);
    if (typeof said === 'string') return fault('malformed', said);
    const who = await this.#whoever('answer', fields, said.request);
    if ('fault' in who) return who;
    const { request, digest, ...answer } = said;
    const desk = await this.#handlers.desk();
    const pending = find(desk, request);
    if (pending === undefined) return unknownRequest(request);
    if (pending.digest !== digest)
      return fault('refused', 'the request is not the one that was shown: look at it again');
    const reason = this.#handlers.turn(() => desk.answer(request, { ...answer, ...who, channel: 'terminal' }));
    return reason === undefined ? { said: { by: who.by, assurance: who.assurance } } : { fault: faultOf(reason) };
  }

  async #granted(fields: Json): Promise<Outcome> {
    const said = saidGrant(fields);
    if (typeof said === 'string') return fault('malformed', said);
    const who = await this.#whoever('grant', fields, said.resource);
    if ('fault' in who) return who;
    const desk = await this.#handlers.desk();
    const given = this.#handlers.turn(() => desk.grant({ ...said, ...who }));
    return 'refused' in given ? { fault: faultOf(given.refused) } : { said: { grant: given.grant, ...who } };
  }

  /** Who is at the other end, when that may be a person; the record tells of everybody else. */
  async #whoever(
    verb: Verb,
    fields: Json,
    subject: string,
  ): Promise<{ readonly by: string; readonly assurance: Assurance } | { readonly fault: Fault }> {
    const challenge = this.#challenge;
    this.#challenge = undefined;
    const claim = claimOf(fields.claim);
    if (challenge === undefined || claim === undefined) {
      challenge?.end();
      return this.#turnedAway(verb, subject, 'it did not show which process it is', undefined);
    }
    const peer = await challenge.judge(claim);
    if ('unproven' in peer) return this.#turnedAway(verb, subject, peer.unproven, claim.pid);
    const around = this.#around;
    const standing = standingOf(peer, around.gateways(), process.getuid?.() ?? -1, around.clients());
    if ('refused' in standing) return this.#turnedAway(verb, subject, standing.refused, claim.pid);
    const { assurance } = standing;
    return { assurance, by: assurance === 'os-auth' ? 'root' : this.#handlers.user };
  }

  #turnedAway(verb: Verb, subject: string, why: string, pid: number | undefined): { readonly fault: Fault } {
    this.#refused++;
    const { refused, turn } = this.#handlers;
    turn(() => refused({ verb, subject, why, pid, code: 'SP6008' }));
    return { fault: { kind: 'refused', code: 'SP6008', text: `only a person at a terminal may do this: ${why}` } };
  }

  #answer(id: number | null, outcome: Outcome): void {
    const { v, ...rest } =
      'said' in outcome
        ? { v: PROTOCOL, id, ok: true, ...outcome.said }
        : { v: PROTOCOL, id, ok: false, error: outcome.fault };
    this.#write({ v, ...rest });
  }

  #tell(event: object): void {
    if (this.#socket.writableLength > MOST_UNREAD_BYTES) {
      this.#dropped++;
      return;
    }
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.#write({ v: PROTOCOL, ...event, ...(dropped > 0 && { dropped }) });
  }

  #write(line: object): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    if (this.#socket.write(`${JSON.stringify(line)}\n`)) return;
    this.#deaf ??= setTimeout(() => this.#socket.destroy(), MOST_UNREAD_MS).unref();
  }

  #heard(): void {
    clearTimeout(this.#deaf);
    this.#deaf = undefined;
  }

  #closed(): void {
    this.#heard();
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#challenge?.end();
    this.#challenge = undefined;
  }
}

function listed(all: readonly PendingApproval[]): Outcome {
  const pending = all.slice(0, MOST_LISTED);
  return { said: { pending, more: all.length - pending.length } };
}

function find(desk: ApprovalDesk, request: unknown): PendingApproval | undefined {
  return desk.pending().find(({ id }) => id === request);
}

function fault(kind: Fault['kind'], text: string): { readonly fault: Fault } {
  return { fault: { kind, text } };
}

function faultOf({ code, text }: Reason): Fault {
  return { kind: 'refused', code, text };
}

function unknownRequest(request: unknown): { readonly fault: Fault } {
  return fault(
    'unknown',
    `nothing waits under the name ${JSON.stringify(request)?.slice(0, 64)}: it may have been answered, or given up`,
  );
}
