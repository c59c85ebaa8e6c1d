import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import type { Clock } from '../model/clock.ts';
import { publicJwkOf, thumbprintOf } from './thumbprint.ts';

/** One request that is to carry a proof. */
export interface ProvenRequest {
  readonly method: string;
  readonly url: URL;
  /** The access token that goes with it; undefined for a request to a token endpoint. */
  readonly token: string | undefined;
}

/** What servers may send as a nonce (RFC 9449, 8.1), and no longer than a header should be. */
const NONCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;
/** An authorization server and a backend, each with a nonce of its own; whoever redirects us about gains nothing. */
const MOST_ORIGINS = 8;

/**
 * Proves that requests are ours (RFC 9449, 4.2): ES256 with a key that lives as long as this and is never written down,
 * unless tokens that are kept are bound to the key and come with it.
 * One for each backend, so that nobody can tell from a key that two backends have one caller.
 */
export class DpopSigner {
  /** Thumbprint of its key, for `cnf.jkt` (RFC 9449, 6.1). */
  readonly jkt: string;
  readonly #key: KeyObject;
  /** The first part of every proof. */
  readonly #header: string;
  readonly #clock: Pick<Clock, 'now'>;
  /** What each origin wants to see in the next proof. */
  readonly #nonces = new Map<string, string>();

  constructor(clock: Pick<Clock, 'now'>, privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey) {
    const jwk = publicJwkOf(privateKey);
    this.jkt = thumbprintOf(jwk);
    this.#key = privateKey;
    this.#header = encoded({ typ: 'dpop+jwt', alg: 'ES256', jwk });
    this.#clock = clock;
  }

  /** The value of the `DPoP` header for one request; never the same twice. */
  proof({ method, url, token }: ProvenRequest): string {
    const nonce = this.#nonces.get(url.origin);
    const claims = {
      jti: randomUUID(),
      htm: method,
      htu: `${url.origin}${url.pathname}`,
      iat: Math.floor(this.#clock.now() / 1000),
      ...(token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') }),
      ...(nonce === undefined ? {} : { nonce }),
    };
    const signed = `${this.#header}.${encoded(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.#key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  /** A server wants this nonce from now on; false when it is none, or the one it had already (RFC 9449, 8). */
  learn(url: URL, nonce: string | undefined): boolean {
    if (nonce === undefined || !NONCE.test(nonce) || this.#nonces.get(url.origin) === nonce) return false;
    if (this.#nonces.size >= MOST_ORIGINS && !this.#nonces.has(url.origin)) this.#nonces.clear();
    this.#nonces.set(url.origin, nonce);
    return true;
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
