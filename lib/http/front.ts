import type { IncomingMessage, ServerResponse } from 'node:http';
import { RPC } from '../protocol/revisions.ts';
import type { ByteBudget } from '../wire/budget.ts';
import { answerEmpty, answerRefusal, type HttpRefusal, refused } from './answers.ts';
import { Asked, recordRefusal } from './asked.ts';
import { Attempts } from './attempts.ts';
import { Authentication, isHolder } from './authentication.ts';
import { TrustedProxies } from './client-address.ts';
import { allowPage, answerPreflight } from './cors.ts';
import type { Door } from './door.ts';
import { Endpoint } from './endpoint.ts';
import { Guard } from './guard.ts';
import { answerHealth, isHealthPath } from './health.ts';
import { type Holder, KeyRing } from './keys.ts';
import { EVENTS_PATH, LegacyPair, MESSAGES_PATH } from './legacy-pair.ts';
import { Pulse } from './pulse.ts';
import { shuttingDown } from './refusals.ts';
import { RunningRequests } from './running-requests.ts';
import { Sessions } from './sessions.ts';
import { answerStatus, isStatusPath } from './status-api.ts';
import { Uploads } from './uploads.ts';

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
  #config: Door['config']['server'] | undefined;
  #guard!: Guard;
  #proxies!: TrustedProxies;
  #draining = false;

  /** `user` is who asks where no key is needed; `budget` bounds what is read and not yet understood. */
  constructor(door: Door, user: string, budget: ByteBudget) {
    this.#door = door;
    this.#authentication = new Authentication(user, door.clock);
    this.#foreigners = new Attempts(door.clock);
    this.pulse = new Pulse(door.clock);
    const honours = (holder: Holder) => this.#authentication.honours(holder);
    this.running = new RunningRequests(door, this.pulse, honours);
    this.sessions = new Sessions(door, this.pulse, honours);
    this.uploads = new Uploads(budget);
    this.#endpoint = new Endpoint(door, this.sessions, this.pulse, this.uploads, this.running);
    this.#pair = new LegacyPair(door, this.sessions, this.pulse, this.uploads);
    this.refresh();
  }

  /** Puts in force what the config says now; keys that are gone open nothing from here on, nor what they opened. */
  refresh(): void {
    const { server } = this.#door.config;
    if (server === this.#config) return;
    this.#config = server;
    this.#guard = new Guard(server);
    this.#proxies = new TrustedProxies(server.trustedProxies);
    this.#authentication.use(new KeyRing(server.apiKeys, this.#door.clock));
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

  handle(request: IncomingMessage, response: ServerResponse): void {
    const [path = '', query = ''] = splitTarget(request.url ?? '');
    if (isHealthPath(path)) return answerHealth(response, request.method ?? '', path, !this.#draining);
    this.refresh();
    const address = this.#proxies.clientOf(request);
    const foreign = this.#foreign(request);
    if (foreign !== undefined) return this.#sendAway(response, foreign, address);
    allowPage(request, response);
    if (request.method === 'OPTIONS') return answerPreflight(request, response);
    if (!this.#serves(path)) return answerEmpty(response, 404);
    if (this.#draining) return answerRefusal(response, shuttingDown());
    const holder = this.#authentication.prove(request, query, address);
    if (!isHolder(holder)) return this.#turnAway(response, holder, address);
    this.#serve(new Asked(request, response, holder, address, this.#door), path, query);
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
    this.#turnAway(response, this.#foreigners.failed(address) ? { ...refusal, code } : refusal, address);
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
