import type { IncomingMessage } from 'node:http';
import { Authority } from '../identity/authority.ts';
import { Possession } from '../identity/possession.ts';
import type { Credential, Presented } from '../identity/presented.ts';
import { isProven, type Outcome, type Proven, type Prover, type Unproven } from '../identity/proven.ts';
import type { AuthConfig, LockoutConfig } from '../model/auth-config.ts';
import type { Clock } from '../model/clock.ts';
import type { Code } from '../model/codes.ts';
import type { Log } from '../model/log.ts';
import { LOCAL_CLIENT } from '../model/principal.ts';
import { RPC } from '../protocol/revisions.ts';
import { type HttpRefusal, refused } from './answers.ts';
import { Attempts } from './attempts.ts';
import { challengeFor, stepUp } from './challenge.ts';
import { neighbourhoodOf } from './client-address.ts';
import { presentedBy } from './presented-by.ts';
import type { ProtectedResource } from './protected-resource.ts';

/** Names under which clients put keys into URLs, where every proxy and every history would keep them. */
const IN_URL = /^(?:access_token|api[_-]?key|x-api-key|key|token|authorization)$/i;

/** Proves who makes an HTTP request, and says how those are refused who cannot. */
export class Authentication {
  readonly #user: Proven;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #attempts: Attempts;
  readonly #possession: Possession;
  #authority: Authority | undefined;
  #resource: ProtectedResource | undefined;

  /** `user` is the user of the operating system, `lockout` what the config in force says of those who fail. */
  constructor(user: string, clock: Clock, log: Log, lockout: () => LockoutConfig) {
    this.#user = {
      identity: { subject: user, clientId: LOCAL_CLIENT, roles: [], proof: 'os-user' },
      credential: '',
      expiresMs: undefined,
    };
    this.#clock = clock;
    this.#log = log;
    this.#attempts = new Attempts(clock, lockout);
    this.#possession = new Possession(clock);
  }

  /**
   * Puts other ways to prove oneself in force; with undefined, whoever reaches this gateway is its user. `resource` says
   * where tokens come from, and what each must permit.
   */
  use(provers: readonly Prover[] | undefined, auth: AuthConfig, resource?: ProtectedResource): void {
    this.#possession.use(auth.resource);
    this.#authority = provers && new Authority(provers, this.#possession, this.#clock, this.#log);
    this.#resource = resource;
  }

  /** What clients are to put into their next proof (RFC 9449, 8.2); undefined where that is not asked for. */
  get nonce(): string | undefined {
    return this.#authority && this.#possession.nonce;
  }

  /** Whether what was proven once still opens anything. */
  honours(proven: Proven): boolean {
    if (proven.credential === '') return this.#authority === undefined;
    if (this.#authority?.honours(proven) !== true) return false;
    return this.#resource === undefined || this.#resource.lacking(proven.identity).length === 0;
  }

  /**
   * Who asks for `url`, or how they are refused. What is right is never locked out by what a neighbour has wrong: a key cannot
   * be guessed, and a source may be the proxy of many.
   */
  prove(
    request: IncomingMessage,
    query: string,
    address: string,
    url: string | undefined,
  ): Answered | Promise<Answered> {
    if (query !== '' && holdsCredential(query)) return this.#refuse(request, undefined, address, IN_THE_URL);
    if (this.#authority === undefined) return this.#user;
    const presented = {
      ...presentedBy(request, url),
      source: neighbourhoodOf(address),
      isLockedOut: this.#attempts.locks(address),
    };
    const answer = (outcome: Outcome) => this.#answer(request, presented, address, outcome);
    const outcome = this.#authority.prove(presented);
    return outcome instanceof Promise ? outcome.then(answer) : answer(outcome);
  }

  /** How those are refused whose proof came to nothing while it was waited for. */
  lapsed(request: IncomingMessage, address: string): HttpRefusal {
    return this.#refuse(request, presentedBy(request, undefined).credential?.scheme, address, LAPSED);
  }

  #answer(request: IncomingMessage, { credential }: Presented, address: string, outcome: Outcome): Answered {
    if (!isProven(outcome)) return this.#refuse(request, credential?.scheme, address, outcome);
    const lacking = this.#resource?.lacking(outcome.identity) ?? [];
    return lacking.length === 0 ? outcome : this.#tooNarrow(request, outcome, lacking);
  }

  #refuse(
    request: IncomingMessage,
    scheme: Credential['scheme'] | undefined,
    address: string,
    { code, reason, challenge }: Omit<Unproven, 'code'> & { readonly code: Code },
  ): HttpRefusal {
    const { status, headers: told } = challengeFor(challenge, scheme, this.#resource?.directions(request));
    const isNonce = challenge === 'use_dpop_nonce';
    const headers = isNonce ? { ...told, 'DPoP-Nonce': this.#possession.nonceWanted } : told;
    const notYet = (noted: boolean) =>
      refused(status, RPC.unauthenticated, 'Not authenticated', { code: noted ? code : undefined, reason, headers });
    // With all else right it only lacks what we have not told it yet.
    if (isNonce) return notYet(false);
    const { state, waitMs } = this.#attempts.failed(address);
    // Nothing is wrong with whoever asks while nobody can be asked about it.
    if (state === 'counted' || challenge === 'unavailable') return notYet(state === 'counted');
    return refused(429, RPC.unauthenticated, 'Too many failed attempts (SP2003)', {
      // Once is enough: who is told to wait may come again and again.
      ...(state === 'locking' ? { code: 'SP2003' } : {}),
      headers: { ...headers, 'Retry-After': String(Math.ceil(waitMs / 1000)) },
    });
  }

  /** Who it is is known, so it is told what to ask its authorization server for. */
  #tooNarrow(request: IncomingMessage, { identity }: Proven, lacking: readonly string[]): HttpRefusal {
    const headers = stepUp(this.#resource!.directionsFor(request, identity, lacking));
    return refused(403, RPC.denied, 'The token lacks a scope (SP2014)', { code: 'SP2014', headers });
  }
}

const LAPSED = { code: 'SP2008', reason: 'taken back while it was asked about', challenge: 'invalid_token' } as const;
const IN_THE_URL = { code: 'SP2002', reason: 'a credential in the URL', challenge: 'missing' } as const;

/** By names as whoever reads URLs reads them, however they are written. */
function holdsCredential(query: string): boolean {
  return [...new URLSearchParams(query).keys()].some((name) => IN_URL.test(name));
}

export type Answered = Proven | HttpRefusal;

export function isRefused(answer: Answered): answer is HttpRefusal {
  return 'refusal' in answer;
}
