import { createHash, timingSafeEqual } from 'node:crypto';
import type { AuthConfig } from '../model/auth-config.ts';
import type { Clock } from '../model/clock.ts';
import type { Code } from '../model/codes.ts';
import { type Later, then } from '../model/later.ts';
import type { Log } from '../model/log.ts';
import { type Identity, scopesOf } from '../model/principal.ts';
import { TokenBucket } from '../model/token-bucket.ts';
import { Authority } from './authority.ts';
import { Possession } from './possession.ts';
import type { Credential } from './presented.ts';
import { isProven, type Outcome, type Proven, type Prover, samePrincipal } from './proven.ts';

/** The credential the gateway itself was started with. */
export interface GivenCredential {
  /** The text; undefined without any. `again` asks for a newer one, where there can be one. */
  read(again: boolean): Later<string | undefined>;
}

/** Why a frame counts for nothing. The client hears one text; this is for the log, and never holds any of the credential. */
export interface NotProven {
  readonly code: Code;
  readonly reason: string;
}

export interface StreamProofParts {
  /** Who it is where nobody has to prove anything. */
  readonly user: Identity;
  readonly given: GivenCredential;
  /** The ways to prove oneself under a config. */
  readonly provers: (auth: AuthConfig) => readonly Prover[] | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const MOST_CHARACTERS = 16 * 1024;
const VISIBLE = /^[\x21-\x7e]+$/;
/** Credentials a client may try at once, and each second more. */
const AT_ONCE = 10;
const PER_SECOND = 0.2;
/** What was wrong is not asked about again for so long. */
const STAYS_WRONG_MS = 1000;

const NOTHING: NotProven = { code: 'SP2001', reason: 'no credential' };
const TOO_OFTEN: NotProven = { code: 'SP2003', reason: 'too many credentials were tried' };
const ANOTHER: NotProven = { code: 'SP2015', reason: 'the credential of somebody else' };
const OUTDATED: NotProven = { code: 'SP2001', reason: 'it was asked about under a config that is over' };
const LAPSED: NotProven = { code: 'SP2008', reason: 'taken back while it was asked about' };
const BOUND: NotProven = { code: 'SP2009', reason: 'a token that is bound to a key or a certificate, without HTTP' };

interface Held {
  readonly digest: Buffer;
  readonly proven: Proven;
}

/**
 * Proves who is at the other end of two byte streams. The first who is proven has the process: another one is refused, since
 * its servers, sessions and tasks are those of the first.
 */
export class StreamProof {
  readonly #parts: StreamProofParts;
  readonly #possession: Possession;
  readonly #tries: TokenBucket;
  #auth: AuthConfig | undefined;
  #authority: Authority | undefined;
  #bound: Identity | undefined;
  /** What was proven last, by the credential in the environment and by the one in a message. */
  readonly #last: Partial<Record<Credential['scheme'], Held>> = {};
  /** The proof of a legacy client, which goes on to hold for its session. */
  #standing: Proven | undefined;
  #wrong: { readonly digest: Buffer; readonly until: number; readonly refusal: NotProven } | undefined;

  constructor(parts: StreamProofParts) {
    this.#parts = parts;
    this.#possession = new Possession(parts.clock);
    this.#tries = new TokenBucket(parts.clock, AT_ONCE, PER_SECOND);
  }

  /** Puts another config in force. */
  use(auth: AuthConfig): void {
    if (auth === this.#auth) return;
    this.#auth = auth;
    this.#possession.use(auth.resource);
    const { provers, clock, log } = this.#parts;
    const ways = auth.required ? (provers(auth) ?? []) : [];
    this.#authority = auth.required ? new Authority(ways, this.#possession, clock, log) : undefined;
    this.#wrong = undefined;
  }

  /** Whether anything has to be proven. */
  get required(): boolean {
    return this.#authority !== undefined;
  }

  /**
   * Who sends a message that shows `token`, or nothing. What a message shows counts, and nothing else then; without it,
   * what a legacy session was opened with, and last the credential of the environment.
   */
  identify(token: string | undefined): Later<Identity | NotProven> {
    if (this.#authority === undefined) return this.#settled(this.#bound ?? this.#parts.user);
    if (token !== undefined) return then(this.#judged(token, 'message'), identityOf);
    const standing = this.#standing;
    if (standing !== undefined && this.#counts(standing)) return standing.identity;
    return then(this.#environment(false), (first) => {
      if (isProof(first)) return first.identity;
      return then(this.#environment(true), (second) => identityOf(second ?? first ?? this.#absent()));
    });
  }

  /** The message that was proven last opened a legacy session, so its proof holds for what follows. */
  stand(): void {
    this.#standing = this.#last.message?.proven;
  }

  /** Whether what was proven last still counts, so that what runs may go on. */
  get endures(): boolean {
    if (this.#authority === undefined) return true;
    return [this.#last.environment?.proven, this.#last.message?.proven].some(
      (proven) => proven !== undefined && this.#counts(proven),
    );
  }

  /** By what the environment holds; undefined when it holds nothing, or nothing newer. */
  #environment(again: boolean): Later<Proven | NotProven | undefined> {
    return then(this.#parts.given.read(again), (text) =>
      text === undefined ? undefined : this.#judged(text, 'environment'),
    );
  }

  #absent(): NotProven {
    return this.#standing === undefined ? NOTHING : { code: 'SP2008', reason: 'what the session began with has ended' };
  }

  #judged(text: string, scheme: 'environment' | 'message'): Later<Proven | NotProven> {
    if (text.length > MOST_CHARACTERS || !VISIBLE.test(text))
      return { code: 'SP2001', reason: 'an unreadable credential' };
    const digest = createHash('sha256').update(text).digest();
    const last = this.#last[scheme];
    if (last !== undefined && timingSafeEqual(last.digest, digest) && this.#counts(last.proven)) return last.proven;
    const now = this.#parts.clock.monotonic();
    const wrong = this.#wrong;
    if (wrong !== undefined && now < wrong.until && timingSafeEqual(wrong.digest, digest)) return wrong.refusal;
    if (scheme === 'message' && !this.#tries.take(1)) return TOO_OFTEN;
    const presented = { credential: { scheme, text }, proofs: [], target: undefined, certificate: undefined } as const;
    const authority = this.#authority!;
    return then(authority.prove(presented), (outcome) => {
      // While it was waited for, another config may have come, or it may have been taken back.
      if (authority !== this.#authority) return OUTDATED;
      const found = isProven(outcome) && !authority.honours(outcome) ? LAPSED : this.#accepted(outcome);
      if (isProof(found)) {
        this.#last[scheme] = { digest, proven: found };
        if (scheme === 'message') this.#tries.fill();
        if (this.#standing !== undefined && scheme === 'message') this.#standing = found;
      } else this.#wrong = { digest, until: this.#parts.clock.monotonic() + STAYS_WRONG_MS, refusal: found };
      return found;
    });
  }

  #accepted(outcome: Outcome): Proven | NotProven {
    if (!isProven(outcome)) return outcome;
    const { boundTo, identity } = outcome;
    if (boundTo?.jkt !== undefined || boundTo?.certificate !== undefined) return BOUND;
    const lacking = this.#lacking(identity);
    if (lacking.length > 0) return { code: 'SP2014', reason: `a token without the scope ${lacking.join(' ')}` };
    const settled = this.#settled(identity);
    return isNotProven(settled) ? settled : outcome;
  }

  /** Binds the process to the first principal. */
  #settled(identity: Identity): Identity | NotProven {
    if (this.#bound !== undefined && !samePrincipal(this.#bound, identity)) return ANOTHER;
    this.#bound ??= identity;
    return identity;
  }

  #lacking(identity: Identity): readonly string[] {
    const held = scopesOf(identity);
    const needed = this.#auth?.resource?.scopes ?? [];
    return held === undefined ? [] : needed.filter((scope) => !held.includes(scope));
  }

  #counts(proven: Proven): boolean {
    return this.#authority!.honours(proven) && this.#lacking(proven.identity).length === 0;
  }
}

export function isNotProven(found: Identity | NotProven): found is NotProven {
  return 'code' in found;
}

function isProof(found: Proven | NotProven | undefined): found is Proven {
  return found !== undefined && 'identity' in found;
}

function identityOf(found: Proven | NotProven): Identity | NotProven {
  return isProof(found) ? found.identity : found;
}
