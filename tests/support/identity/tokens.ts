import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { ClockWatch } from '../../../lib/identity/clock-watch.ts';
import type { Credential, Presented } from '../../../lib/identity/presented.ts';
import { isProven, type Outcome } from '../../../lib/identity/proven.ts';
import { NONE_REVOKED, type Revocations } from '../../../lib/identity/revocations.ts';
import { BelievedIssuer } from '../../../lib/identity/tokens/believed-issuer.ts';
import { KeySet, type Keys, parseKeys } from '../../../lib/identity/tokens/key-set.ts';
import { SignedTokens } from '../../../lib/identity/tokens/signed-tokens.ts';
import { keyOfSecret } from '../../../lib/identity/tokens/usable-key.ts';
import type { TokenAlgorithm, TokenIssuer } from '../../../lib/model/auth-config.ts';
import type { Clock } from '../../../lib/model/clock.ts';
import type { Log } from '../../../lib/model/log.ts';
import { FakeClock } from '../clock.ts';
import type { Message } from '../mcp/lines.ts';

export const ISSUER = 'https://idp.example.com';
export const AUDIENCE = 'https://gate.example.com/mcp';
export const SILENT: Log = { write: () => {} };

/** A key an issuer signs with. */
export interface Signer {
  readonly alg: TokenAlgorithm;
  readonly kid: string | undefined;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** As it stands in the key set of the issuer. */
  readonly jwk: Message;
}

const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** Makes a key; those of RSA take a moment. */
export function signer(alg: TokenAlgorithm, kid?: string, bits = 2048): Signer {
  const { privateKey, publicKey } = alg.startsWith('ES')
    ? generateKeyPairSync('ec', { namedCurve: CURVES[alg]! })
    : generateKeyPairSync('rsa', { modulusLength: bits });
  const jwk = { ...publicKey.export({ format: 'jwk' }), ...(kid === undefined ? {} : { kid }) };
  return { alg, kid, privateKey, publicKey, jwk };
}

export function base64url(value: unknown): string {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  return bytes.toString('base64url');
}

/** Claims of somebody whose token is right at that time. */
export function claimsAt(clock: Clock, more: Message = {}): Message {
  const now = Math.floor(clock.now() / 1000);
  return { iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: now, exp: now + 300, ...more };
}

/** Header and payload may be texts, to say what no encoder would. */
export function signed(by: Signer, payload: unknown, header: unknown = {}): string {
  const head = typeof header === 'string' ? header : { alg: by.alg, kid: by.kid, ...(header as Message) };
  const input = `${base64url(head)}.${base64url(payload)}`;
  return `${input}.${signatureOf(by, input).toString('base64url')}`;
}

export function signatureOf({ alg, privateKey }: Signer, input: string): Buffer {
  const digest = `sha${alg.slice(2)}`;
  if (alg.startsWith('ES')) return sign(digest, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  if (alg.startsWith('PS'))
    return sign(digest, Buffer.from(input), { key: privateKey, padding: 6, saltLength: Number(alg.slice(2)) / 8 });
  return sign(digest, Buffer.from(input), privateKey);
}

/** A token by HMAC with these bytes as the secret, whatever they are. */
export function hmacToken(secret: Buffer | string, payload: unknown, header: Message = {}, alg = 'HS256'): string {
  const input = `${base64url({ alg, ...header })}.${base64url(payload)}`;
  return `${input}.${createHmac(`sha${alg.slice(2)}`, secret)
    .update(input)
    .digest('base64url')}`;
}

export function issuerConfig(more: Partial<TokenIssuer> = {}): TokenIssuer {
  return {
    issuer: ISSUER,
    audiences: [AUDIENCE],
    keys: { kind: 'file', path: '/nowhere' },
    algorithms: ['ES256', 'RS256'],
    clockSkewMs: 30_000,
    maxLifetimeMs: undefined,
    requiredClaims: [],
    claims: {
      subject: 'sub',
      clientId: ['azp', 'client_id'],
      roles: 'roles',
      tenant: undefined,
      scopes: ['scope', 'scp'],
    },
    roleMap: undefined,
    tenant: undefined,
    refreshMs: 600_000,
    graceMs: 3_600_000,
    ...more,
  };
}

/** Keys that are what they are told to be. */
export class SetKeys implements Keys {
  set: KeySet | undefined;
  isFailing = false;
  /** What happens when they are asked for again. */
  onAgain: (() => Promise<void>) | undefined;
  asked = 0;

  constructor(set: KeySet | undefined) {
    this.set = set;
  }

  current(): KeySet | undefined {
    return this.set;
  }

  again(): Promise<void> | undefined {
    this.asked++;
    return this.onAgain?.();
  }

  close(): void {}
}

export function jwksOf(...signers: readonly { readonly jwk: Message }[]): string {
  return JSON.stringify({ keys: signers.map(({ jwk }) => jwk) });
}

export function keysOf(config: TokenIssuer, ...signers: readonly Signer[]): SetKeys {
  return new SetKeys(parseKeys(jwksOf(...signers), config.algorithms));
}

export function secretKeys(config: TokenIssuer, secret: string): SetKeys {
  return new SetKeys(new KeySet([keyOfSecret(Buffer.from(secret), config.algorithms)!]));
}

/** A prover of one issuer, with the time set by the test. */
export function proverOf(
  config: TokenIssuer,
  keys: Keys,
  clock: Clock = new FakeClock(),
  revocations: Revocations = NONE_REVOKED,
): SignedTokens {
  return new SignedTokens([new BelievedIssuer(config, keys, revocations)], clock, new ClockWatch(clock, SILENT));
}

export function presenting(text: string, scheme: Credential['scheme'] = 'bearer'): Presented {
  return { credential: { scheme, text }, proofs: [], target: undefined, certificate: undefined };
}

/** Why nobody was proven; `proven` when somebody was, `undefined` when it is not for this prover. */
export async function whyNot(outcome: Outcome | undefined | Promise<Outcome | undefined>): Promise<string | undefined> {
  const settled = await outcome;
  return settled === undefined ? undefined : isProven(settled) ? 'proven' : `${settled.code} ${settled.reason}`;
}
