import { hash } from 'node:crypto';
import type { IntrospectionConfig } from '../../model/auth-config.ts';
import type { Clock } from '../../model/clock.ts';
import type { Json } from '../../model/json.ts';
import type { Presented } from '../presented.ts';
import { type Outcome, type Proven, type Prover, sameIdentity } from '../proven.ts';
import { digestOf, type Revocations } from '../revocations.ts';
import { BoundedCache } from './bounded-cache.ts';
import { nameAt, timeAt } from './claim-values.ts';
import { boundTo } from './confirmation.ts';
import { looksSigned, MOST_TOKEN_BYTES } from './envelope.ts';
import { identityOf, isFor } from './identity-of.ts';
import { refuseOtherKinds } from './other-kinds.ts';
import { invalid, TokenRefused, unavailable } from './refused.ts';

/** Asks the authorization server what it knows of a token. Rejects when it gives no answer, or none that is one. */
export interface Introspect {
  ask(token: string): Promise<Json>;
  close(): void;
}

const MOST_KEPT = 10_000;
const MOST_KEPT_BYTES = 16 * 1024 * 1024;
const MOST_WRONG = 10_000;
/** A token that is wrong now is hardly right a moment later, and who tries must not make us a burden. */
const WRONG_MS = 5000;
/** Questions under way at a time. */
const MOST_ASKING = 64;
/** Of these for one source: whoever makes tokens up must leave room for others. */
const MOST_ASKING_FOR_ONE = 8;
/** What may stand in a token (RFC 6750, 2.1). */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

interface Answered {
  readonly token: string;
  readonly proven: Proven;
  /** The `jti` of the answer, and by what else the token is taken back. */
  readonly names: readonly string[];
  /** On the clock that only grows: until when the answer counts without being asked for again. */
  readonly freshUntil: number;
}

/** Proves by tokens that say nothing themselves: who issued them is asked (RFC 7662). */
export class OpaqueTokens implements Prover {
  readonly #config: IntrospectionConfig;
  readonly #introspect: Introspect;
  readonly #clock: Clock;
  readonly #revocations: Revocations;
  readonly #right = new BoundedCache<Answered>(MOST_KEPT, MOST_KEPT_BYTES);
  /** Until when a token is not asked about again. */
  readonly #wrong = new BoundedCache<number>(MOST_WRONG, MOST_WRONG);
  readonly #asking = new Map<string, Promise<Outcome>>();
  /** How many of these for each source. */
  readonly #askingFor = new Map<string, number>();
  /** Signed tokens are for whoever verifies them. */
  readonly #leavesSigned: boolean;

  constructor(
    config: IntrospectionConfig,
    introspect: Introspect,
    clock: Clock,
    { revocations, leavesSigned }: { readonly revocations: Revocations; readonly leavesSigned: boolean },
  ) {
    this.#config = config;
    this.#introspect = introspect;
    this.#clock = clock;
    this.#revocations = revocations;
    this.#leavesSigned = leavesSigned;
  }

  prove({ credential, source, isLockedOut = false }: Presented): Outcome | undefined | Promise<Outcome | undefined> {
    if (credential === undefined || credential.scheme === 'key') return undefined;
    const { text } = credential;
    if (text.length > MOST_TOKEN_BYTES) return invalid('too long');
    if (this.#leavesSigned && looksSigned(text)) return undefined;
    if (!TOKEN.test(text)) return invalid('no token by its letters');
    const kept = hash('sha256', text, 'hex');
    const known = this.#right.get(kept);
    if (known !== undefined && this.#isFresh(known)) {
      return this.#isRevoked(known) ? invalid('taken back') : known.proven;
    }
    const until = this.#wrong.get(kept);
    if (until !== undefined && this.#clock.monotonic() < until) return invalid('not active');
    if (isLockedOut && known === undefined) return invalid('not asked about: too much from there was wrong');
    return this.#asked(text, kept, known === undefined ? source : undefined);
  }

  /** Whether the answer still counts; one that is old is asked for again meanwhile, and counts that long once more. */
  honours(proven: Proven): boolean {
    const known = this.#right.get(proven.credential);
    if (known === undefined || proven.identity.proof !== 'introspection' || this.#isRevoked(known)) return false;
    if (!this.#inTime(known) || !sameIdentity(known.proven.identity, proven.identity)) return false;
    if (this.#isFresh(known)) return true;
    void this.#asked(known.token, proven.credential).catch(() => {});
    return this.#clock.monotonic() < known.freshUntil + this.#config.cacheMs + this.#config.timeoutMs;
  }

  /**
   * One question for one token at a time, and few for one `source`. What was right before is asked about for nobody in
   * particular: it is no stranger's.
   */
  #asked(token: string, kept: string, source?: string): Promise<Outcome> {
    const asking = this.#asking.get(kept);
    if (asking !== undefined) return asking;
    if (this.#asking.size >= MOST_ASKING) return Promise.resolve(unavailable('too many tokens are asked about'));
    const forIt = source === undefined ? 0 : (this.#askingFor.get(source) ?? 0);
    if (forIt >= MOST_ASKING_FOR_ONE)
      return Promise.resolve(unavailable('too many tokens of one source are asked about'));
    if (source !== undefined) this.#askingFor.set(source, forIt + 1);
    const asked = this.#answer(token, kept).finally(() => {
      this.#asking.delete(kept);
      if (source !== undefined) this.#answeredFor(source);
    });
    this.#asking.set(kept, asked);
    return asked;
  }

  #answeredFor(source: string): void {
    const left = (this.#askingFor.get(source) ?? 1) - 1;
    if (left === 0) this.#askingFor.delete(source);
    else this.#askingFor.set(source, left);
  }

  async #answer(token: string, kept: string): Promise<Outcome> {
    let claims: Json;
    try {
      claims = await this.#introspect.ask(token);
    } catch {
      // Who asks has told the log why.
      return unavailable('nobody says whether it is active');
    }
    try {
      const answered = this.#read(token, claims, kept);
      this.#right.set(kept, answered, token.length);
      this.#wrong.delete(kept);
      return this.#isRevoked(answered) ? invalid('taken back') : answered.proven;
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      this.#right.delete(kept);
      this.#wrong.set(kept, this.#clock.monotonic() + WRONG_MS, 1);
      return invalid(error.message);
    }
  }

  #read(token: string, claims: Json, kept: string): Answered {
    const { issuer, audiences, cacheMs } = this.#config;
    if (claims['active'] !== true) throw new TokenRefused('not active');
    if (claims['iss'] !== undefined && claims['iss'] !== issuer) throw new TokenRefused('of an unknown issuer');
    if (!isFor(claims, audiences)) throw new TokenRefused('for another audience');
    refuseOtherKinds(claims);
    const expiresMs = timeAt(claims, 'exp');
    if (expiresMs !== undefined && this.#clock.now() >= expiresMs) throw new TokenRefused('expired');
    const jti = nameAt(claims, 'jti');
    const identity = identityOf(claims, 'introspection', this.#config);
    return {
      token,
      proven: { identity, credential: kept, expiresMs, boundTo: boundTo(claims) },
      names: [digestOf(token), ...(jti === undefined ? [] : [jti])],
      freshUntil: this.#clock.monotonic() + cacheMs,
    };
  }

  #isFresh(known: Answered): boolean {
    return this.#inTime(known) && this.#clock.monotonic() < known.freshUntil;
  }

  #inTime({ proven: { expiresMs } }: Answered): boolean {
    return expiresMs === undefined || this.#clock.now() < expiresMs;
  }

  #isRevoked({ names }: Answered): boolean {
    return names.some((name) => this.#revocations.has(this.#config.issuer, name));
  }
}
