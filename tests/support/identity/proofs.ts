import { constants, createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Message } from '../mcp/lines.ts';

type Algorithm = 'ES256' | 'ES384' | 'ES512' | 'RS256' | 'PS256' | 'EdDSA';

const CURVES: Message = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

export interface ProofOptions {
  /** Replaces members of the header; undefined leaves one out. */
  readonly header?: Message;
  /** Replaces claims. */
  readonly claims?: Message;
  /** The token it is for. */
  readonly token?: string;
}

let made = 0;

/** A client with a key of its own, which signs proofs as RFC 9449 wants them, or as a test wants them. */
export class KeyHolder {
  readonly algorithm: Algorithm;
  readonly privateKey: KeyObject;
  readonly jwk: Message;

  constructor(algorithm: Algorithm = 'ES256', bits = 2048) {
    const namedCurve = CURVES[algorithm];
    const pair =
      namedCurve !== undefined
        ? generateKeyPairSync('ec', { namedCurve })
        : algorithm === 'EdDSA'
          ? generateKeyPairSync('ed25519')
          : generateKeyPairSync('rsa', { modulusLength: bits });
    this.algorithm = algorithm;
    this.privateKey = pair.privateKey;
    this.jwk = pair.publicKey.export({ format: 'jwk' });
  }

  /** The thumbprint tokens name it by. */
  get jkt(): string {
    const { kty, crv, x, y, n, e } = this.jwk;
    const members = kty === 'RSA' ? { e, kty, n } : kty === 'EC' ? { crv, kty, x, y } : { crv, kty, x };
    return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
  }

  /** A fresh proof for a request. */
  proof(htm: string, htu: string, { header = {}, claims = {}, token }: ProofOptions = {}): string {
    const ath = token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') };
    const head = { typ: 'dpop+jwt', alg: this.algorithm, jwk: this.jwk, ...header };
    const body = { jti: `proof-${++made}`, htm, htu, iat: Math.floor(Date.now() / 1000), ...ath, ...claims };
    const signed = `${encoded(head)}.${encoded(body)}`;
    return `${signed}.${this.sign(signed).toString('base64url')}`;
  }

  sign(text: string): Buffer {
    const { algorithm, privateKey: key } = this;
    if (algorithm === 'EdDSA') return sign(null, Buffer.from(text), key);
    const hash = `sha${algorithm.slice(2)}`;
    if (algorithm !== 'PS256') return sign(hash, Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
    return sign(hash, Buffer.from(text), { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
  }
}

/** A part of a token in its compact form. */
export function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
