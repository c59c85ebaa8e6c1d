import { hash } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';
import type { ClockWatch } from '../clock-watch.ts';
import type { Presented } from '../presented.ts';
import { type Outcome, type Proven, type Prover, sameIdentity, type Unproven } from '../proven.ts';
import { type BelievedIssuer, isTokenProven, type TokenFacts, type TokenProven } from './believed-issuer.ts';
import { BoundedCache } from './bounded-cache.ts';
import { type Envelope, looksSigned, MOST_TOKEN_BYTES, readEnvelope } from './envelope.ts';
import { isAllowed } from './header.ts';
import { invalid, TokenRefused, unavailable } from './refused.ts';
import { isSignedBy } from './verify.ts';

const MOST_KEPT = 10_000;
const MOST_KEPT_BYTES = 16 * 1024 * 1024;
/** Answers waited for on behalf of one token: one that was under way before its key was made, and one that was not. */
const MOST_ASKED = 2;

/** Proves by tokens that an issuer of the config has signed (RFC 7519, RFC 9068). */
export class SignedTokens implements Prover {
  readonly #issuers: ReadonlyMap<string, BelievedIssuer>;
  readonly #clock: Clock;
  readonly #watch: ClockWatch;
  /** Tokens that were verified, by their hash. */
  readonly #verified = new BoundedCache<TokenProven>(MOST_KEPT, MOST_KEPT_BYTES);
  /** What was proven under another config, and whether this one would prove the same. */
  readonly #inherited = new WeakMap<TokenFacts, boolean>();

  constructor(issuers: readonly BelievedIssuer[], clock: Clock, watch: ClockWatch) {
    this.#issuers = new Map(issuers.map((one) => [one.config.issuer, one]));
    this.#clock = clock;
    this.#watch = watch;
  }

  prove({ credential }: Presented): Outcome | undefined | Promise<Outcome | undefined> {
    if (credential === undefined || credential.scheme === 'key') return undefined;
    const { text } = credential;
    if (text.length > MOST_TOKEN_BYTES) return invalid('too long');
    if (!looksSigned(text)) return undefined;
    if (this.#watch.look()) this.#verified.clear();
    const kept = hash('sha256', text, 'base64');
    const known = this.#verified.get(kept);
    if (known !== undefined) {
      if (this.#counts(known)) return known;
      this.#verified.delete(kept);
    }
    return orRefused(() => this.#envelopeJudged(text, kept));
  }

  honours(proven: Proven): boolean {
    if (!isTokenProven(proven)) return false;
    this.#watch.look();
    return this.#counts(proven);
  }

  #envelopeJudged(text: string, kept: string): Outcome | Promise<Outcome> {
    const envelope = readEnvelope(text);
    const { iss } = envelope.claims;
    const issuer = typeof iss === 'string' ? this.#issuers.get(iss) : undefined;
    if (issuer === undefined) throw new TokenRefused('of an unknown issuer');
    return this.#judged(issuer, text, kept, envelope, MOST_ASKED);
  }

  /** `asking`: how often keys may still be asked for. */
  #judged(
    issuer: BelievedIssuer,
    text: string,
    kept: string,
    envelope: Envelope,
    asking: number,
  ): Outcome | Promise<Outcome> {
    const { config, keys } = issuer;
    const { alg, kid } = envelope.header;
    if (!isAllowed(alg, config.algorithms)) throw new TokenRefused('an algorithm that counts for nothing');
    const set = keys.current();
    const fitting = set?.find(kid, alg) ?? [];
    if (fitting.length === 0) {
      const asked = asking > 0 ? keys.again() : undefined;
      if (asked !== undefined)
        return asked.then(() => orRefused(() => this.#judged(issuer, text, kept, envelope, asking - 1)));
      if (set === undefined || keys.isFailing) return unavailable('the keys of its issuer cannot be had');
      throw new TokenRefused('signed by an unknown key');
    }
    const now = this.#clock.now();
    const by = fitting.find(({ key }) => isSignedBy(text, key, alg, config, now));
    if (by === undefined) throw new TokenRefused('the signature is wrong');
    const proven = issuer.judge(text, envelope.claims, { alg, key: by.id }, now);
    this.#verified.set(kept, proven, text.length);
    return proven;
  }

  /** Whether what was proven by a token still is: by its time, its key, what was taken back, and the config of now. */
  #counts({ token, identity, expiresMs }: TokenProven): boolean {
    const issuer = this.#issuers.get(token.by.issuer);
    const now = this.#clock.now();
    if (issuer === undefined || expiresMs === undefined || now >= expiresMs || !issuer.stillHolds(token)) return false;
    if (issuer.config === token.by) return true;
    let same = this.#inherited.get(token);
    if (same === undefined) {
      const again = issuer.again(token, now);
      same = again !== undefined && sameIdentity(again.identity, identity);
      this.#inherited.set(token, same);
    }
    return same;
  }
}

function orRefused<T>(judge: () => T): T | Unproven {
  try {
    return judge();
  } catch (error) {
    if (error instanceof TokenRefused) return invalid(error.message);
    throw error;
  }
}
