import { createHash, createSecretKey, randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { AuthorizationFault, type OnBehalf } from '../model/authorization.ts';
import type { Clock } from '../model/clock.ts';
import type { Identity } from '../model/principal.ts';
import type { SigningKey } from './signing-keys.ts';

/** What one token is for. */
export interface Purpose {
  readonly backend: string;
  readonly audience: string;
  readonly ttlMs: number;
  readonly scopes: readonly string[];
  /** Thumbprint of the key it is bound to (RFC 9449, 6.1). */
  readonly jkt?: string | undefined;
}

/** Who calls and, where a token is for that call alone, what for. */
type Calling = Pick<OnBehalf, 'identity'> & Partial<OnBehalf>;

/** Agents one token may have gone through, ourselves included; the same bound holds for those that come in. */
const MOST_ACTORS = 8;
const LONGEST_SUBJECT = 256;

/** Signs tokens of our own (RFC 9068, RFC 8693): each for one request, one backend and one thing that is done there. */
export class TokenMint {
  readonly issuer: string;
  readonly #signingKey: () => SigningKey;
  readonly #clock: Pick<Clock, 'now'>;

  /** `signingKey` is asked for each token, so that a new key signs from the moment it is there. */
  constructor(issuer: string, signingKey: () => SigningKey, clock: Pick<Clock, 'now'>) {
    this.issuer = issuer;
    this.#signingKey = signingKey;
    this.#clock = clock;
  }

  /**
   * A token for a call, for whoever calls whatever they do, or for the gateway itself. Throws {@link AuthorizationFault} for a
   * call of too many agents.
   */
  tokenFor(onBehalf: Calling | undefined, purpose: Purpose): string {
    const { backend, audience, ttlMs, scopes, jkt } = purpose;
    const identity = onBehalf?.identity;
    return this.sign(
      {
        aud: audience,
        sub: identity === undefined ? this.issuer : subjectOf(identity),
        client_id: identity?.clientId ?? this.issuer,
        ...(identity?.tenant === undefined ? {} : { tenant: identity.tenant }),
        ...(identity === undefined || identity.roles.length === 0 ? {} : { roles: identity.roles }),
        ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
        mcp: doneThere(backend, onBehalf),
        ...(identity === undefined ? {} : { act: this.#actors(identity, backend) }),
        ...(jkt === undefined ? {} : { cnf: { jkt } }),
      },
      ttlMs,
    );
  }

  /** A token that says exactly this, besides who issued it and when. */
  sign(claims: object, ttlMs: number): string {
    const { key, kid } = this.#signingKey();
    const whole = { ...claims, ...issued(this.issuer, ttlMs, this.#clock) };
    return jwt.sign(whole, key, { algorithm: 'ES256', header: { alg: 'ES256', typ: 'at+jwt', kid } });
  }

  /** Through whose hands it went: ours first, then those before us (RFC 8693, 4.1). */
  #actors({ actors = [] }: Identity, backend: string): object {
    if (actors.length >= MOST_ACTORS) {
      throw new AuthorizationFault(
        `the call went through ${actors.length} agents`,
        `let fewer gateways stand before ${backend}: at most ${MOST_ACTORS} are told apart`,
      );
    }
    const [first, ...others] = [...actors].reverse();
    const before =
      first === undefined ? undefined : others.reduce<object>((act, sub) => ({ sub, act }), { sub: first });
    return { sub: this.issuer, ...(before === undefined ? {} : { act: before }) };
  }
}

/** A token for whoever knows the same secret, which must have at least 32 bytes (RFC 7518, 3.2). */
export function signedBySecret(
  secret: string,
  issuer: string,
  claims: object,
  ttlMs: number,
  clock: Pick<Clock, 'now'>,
): string {
  const whole = { ...claims, ...issued(issuer, ttlMs, clock) };
  return jwt.sign(whole, createSecretKey(Buffer.from(secret)), {
    algorithm: 'HS256',
    header: { alg: 'HS256', typ: 'at+jwt' },
  });
}

/** Who issued a token, and for how long; every one has an id by which it can be taken back. */
function issued(iss: string, ttlMs: number, clock: Pick<Clock, 'now'>): object {
  const iat = Math.floor(clock.now() / 1000);
  return { iss, jti: randomUUID(), iat, exp: iat + Math.ceil(ttlMs / 1000) };
}

/**
 * Whom a token speaks of. Two issuers, and two tenants of one, may call different people by the same name; those who verify
 * us know one issuer alone, so the name says all of it. Names without `|` are those our own operator gave, and no tenant.
 */
export function subjectOf({ subject, proof, issuer, tenant }: Identity): string {
  if (proof === 'os-user' || (proof === 'api-key' && tenant === undefined)) return limited(plain(subject));
  return limited([issuer ?? '', ...(tenant === undefined ? [] : [tenant]), subject].map(plain).join('|'));
}

/** Where names are put together, none may look like two. */
function plain(name: string): string {
  return name.replaceAll('%', '%25').replaceAll('|', '%7C');
}

function limited(name: string): string {
  return name.length <= LONGEST_SUBJECT ? name : `sha256|${createHash('sha256').update(name).digest('hex')}`;
}

/** What may be done with a token: where, and which one thing. */
function doneThere(backend: string, onBehalf: Calling | undefined): object {
  const { action, resource, decision } = onBehalf ?? {};
  return {
    backend,
    ...(action === undefined ? {} : { action }),
    ...(resource === undefined ? {} : { resource }),
    ...(decision === undefined ? {} : { decision }),
  };
}
