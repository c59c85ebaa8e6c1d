import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Proven, Prover } from '../identity/proven.ts';
import type { AuthConfig } from '../model/auth-config.ts';
import { RPC } from '../protocol/revisions.ts';
import type { ByteBudget } from '../wire/budget.ts';
import { answerEmpty, answerRefusal, type HttpRefusal, refused } from './answers.ts';
import { Asked, recordRefusal } from './asked.ts';
import { Attempts } from './attempts.ts';
import { type Answered, Authentication, isRefused } from './authentication.ts';
import { TrustedProxies } from './client-address.ts';
import { allowPage, answerPreflight } from './cors.ts';
import type { Door } from './door.ts';
import { Endpoint } from './endpoint.ts';
import { Guard } from './guard.ts';
import { answerHealth, isHealthPath } from './health.ts';
import { EVENTS_PATH, LegacyPair, MESSAGES_PATH } from './legacy-pair.ts';
import { ProtectedResource } from './protected-resource.ts';
import { Pulse } from './pulse.ts';
import { shuttingDown } from './refusals.ts';
import { RunningRequests } from './running-requests.ts';
import { SeenUrls } from './seen-url.ts';
import { Sessions } from './sessions.ts';
import { answerStatus, isStatusPath } from './status-api.ts';
import { Uploads } from './uploads.ts';

/** The ways to prove who one is under a config; undefined where nobody has to. */
export type ProversOf = (auth: AuthConfig) => readonly Prover[] | undefined;

/** Every HTTP request comes in here; in this order it is asked where it comes from, who makes it, and what it wants. */
export class Front {
  readonly pulse: Pulse;
  readonly sessions: Sessions;
  readonly running: RunningRequests;
  readonly uploads: Uploads;
  readonly #door: Door;
  readonly #authentication: Authentication;
  readonly #foreigners: Attempts;
  readonly #endpoint: Endpoint;
  readonly #pair: LegacyPair;
  readonly #provers: ProversOf;
  #config: Door['config'] | undefined;
  #guard!: Guard;
  #proxies!: TrustedProxies;
  #resource: ProtectedResource | undefined;
  #seen!: SeenUrls;
  #draining = false;

  /**
   * `user` is who asks where nobody has to prove anything; `budget` bounds what is read and not yet understood; `provers`
   * gives the ways to prove oneself under a config.
   */
  constructor(door: Door, user: string, budget: ByteBudget, provers: ProversOf) {
    this.#door = door;
    this.#provers = provers;
    const lockout = () => door.config.auth.lockout;
    this.#authentication = new Authentication(user, door.clock, door.log, lockout);
    this.#foreigners = new Attempts(door.clock, lockout);
    this.pulse = new Pulse(door.clock);
    const honours = (proven: Proven) => this.#authentication.honours(proven);
    this.running = new RunningRequests(door, this.pulse, honours);
    this.sessions = new Sessions(door, this.pulse, honours);
    this.uploads = new Uploads(budget);
    this.#endpoint = new Endpoint(door, this.sessions, this.pulse, this.uploads, this.running);
    this.#pair = new LegacyPair(door, this.sessions, this.pulse, this.uploads);
    this.refresh();
  }

  /** Puts in force what the config says now; keys that are gone open nothing from here on, nor what they opened. */
  refresh(): void {
    const { config } = this.#door;
    if (config === this.#config) return;
    const { server, auth } = config;
    this.#guard = new Guard(server);
    this.#proxies = new TrustedProxies(server.trustedProxies);
    this.#seen = new SeenUrls(server, this.#proxies, this.#guard);
    this.#resource = auth.resource && new ProtectedResource(auth.resource, server, this.#seen);
    this.#authentication.use(this.#provers(auth), auth, this.#resource);
    // Only now: where that failed, the next request must not go by what an earlier config believed.
    this.#config = config;
    this.pulse.beat();
  }

  /** Takes nothing new in, and lets go of those who only listen. */
  drain(): void {
    this.#draining = true;
    this.sessions.stopListening();
  }

  close(): void {
    this.sessions.endAll();
  }

  /** What goes wrong while it is looked at ends this request, and never the gateway. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    try {
      this.#take(request, response);
    } catch (failure) {
      this.#failed(response, failure);
    }
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const [path = '', query = ''] = splitTarget(request.url ?? '');
    if (isHealthPath(path)) return answerHealth(response, request.method ?? '', path, !this.#draining);
    this.refresh();
    const address = this.#proxies.clientOf(request);
    const foreign = this.#foreign(request);
    if (foreign !== undefined) return this.#sendAway(response, foreign, address);
    allowPage(request, response);
    if (request.method === 'OPTIONS') return answerPreflight(request, response);
    if (this.#resource?.serves(path) === true) return this.#resource.answer(request, response);
    if (!this.#serves(path)) return answerEmpty(response, 404);
    if (this.#draining) return answerRefusal(response, shuttingDown());
    const { nonce } = this.#authentication;
    if (nonce !== undefined) response.setHeader('DPoP-Nonce', nonce);
    const admit = (answer: Answered) => {
      if (isRefused(answer)) this.#turnAway(response, answer, address);
      else this.#serve(new Asked(request, response, answer, address, this.#door, this.#resource), path, query);
    };
    const answer = this.#authentication.prove(request, query, address, this.#seen.of(request));
    if (!(answer instanceof Promise)) return admit(answer);
    answer
      .then((later) => this.#afterWaiting(later, request, response, address, admit))
      .catch((failure) => this.#failed(response, failure));
  }

  /** While somebody else was asked, the client may have left, and what it came with may have been taken back. */
  #afterWaiting(
    answer: Answered,
    request: IncomingMessage,
    response: ServerResponse,
    address: string,
    admit: (answer: Answered) => void,
  ): void {
    // What begins for a connection that is closed would never hear that it is.
    if (response.destroyed) return;
    if (this.#draining) return answerRefusal(response, shuttingDown());
    this.refresh();
    const stands = isRefused(answer) || this.#authentication.honours(answer);
    admit(stands ? answer : this.#authentication.lapsed(request, address));
  }

  #failed(response: ServerResponse, failure: unknown): void {
    this.#door.log.write('error', 'request_failed', { why: String((failure as Error)?.stack ?? failure) });
    answerRefusal(response, refused(500, RPC.internal, 'The gateway failed while working on this request'));
  }

  #serve(asked: Asked, path: string, query: string): void {
    if (isStatusPath(path)) answerStatus(asked, path, this.#door);
    else if (path === this.#door.config.server.path) this.#endpoint.take(asked);
    else this.#pair.take(asked, path, query);
  }

  #serves(path: string): boolean {
    const { path: endpoint, legacySse } = this.#door.config.server;
    return path === endpoint || isStatusPath(path) || (legacySse && (path === EVENTS_PATH || path === MESSAGES_PATH));
  }

  #foreign(request: IncomingMessage): HttpRefusal | undefined {
    const refusal = (what: string) => refused(403, RPC.denied, `${what} not allowed (SP2006)`, { code: 'SP2006' });
    if (!this.#guard.knowsHost(request)) return refusal('Host');
    return this.#guard.allowsOrigin(request) ? undefined : refusal('Origin');
  }

  /** Refuses what comes from a foreign page. It could come again and again, so not each time is worth a record. */
  #sendAway(response: ServerResponse, { code, ...refusal }: HttpRefusal, address: string): void {
    const isNoted = this.#foreigners.failed(address).state === 'counted';
    this.#turnAway(response, isNoted ? { ...refusal, code } : refusal, address);
  }

  /** Refuses somebody of whom nothing is known but the address. */
  #turnAway(response: ServerResponse, refusal: HttpRefusal, address: string): void {
    recordRefusal(this.#door, refusal, address);
    answerRefusal(response, refusal);
  }
}

/** Path and query of a request target; nothing is decoded, so nothing can be spelt in two ways. */
function splitTarget(target: string): [path: string, query: string] {
  const mark = target.indexOf('?');
  return mark === -1 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}
