import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { FixedKeys } from '../../backends/identity/key-file.ts';
import { ClockWatch } from '../../lib/identity/clock-watch.ts';
import { KeyRing } from '../../lib/identity/key-ring.ts';
import type { Presented } from '../../lib/identity/presented.ts';
import { isProven, type Prover } from '../../lib/identity/proven.ts';
import { NONE_REVOKED } from '../../lib/identity/revocations.ts';
import { BelievedIssuer } from '../../lib/identity/tokens/believed-issuer.ts';
import { KeySet, parseKeys } from '../../lib/identity/tokens/key-set.ts';
import { SignedTokens } from '../../lib/identity/tokens/signed-tokens.ts';
import { keyOfSecret } from '../../lib/identity/tokens/usable-key.ts';
import type { TokenAlgorithm, TokenIssuer } from '../../lib/model/auth-config.ts';
import { systemClock } from '../../lib/model/clock.ts';
import { type Measure, measure } from './measure.ts';

const BATCH = 200;
const BATCHES = 41;
const SECRET = Buffer.alloc(32, 7);

/**
 * What it costs to know who asks, in microseconds of the processor for one request, so that a busy machine counts for
 * little: medians of batches, each token new where it says so.
 */
export async function overIdentity(): Promise<Measure[]> {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kinds: readonly [TokenAlgorithm, KeySet, (input: string) => Buffer, number | undefined][] = [
    [
      'HS256',
      new KeySet([keyOfSecret(SECRET, ['HS256'])!]),
      (text) => createHmac('sha256', SECRET).update(text).digest(),
      30,
    ],
    [
      'ES256',
      published(ec.publicKey, 'ES256'),
      (text) => sign('sha256', Buffer.from(text), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
      120,
    ],
    [
      'RS256',
      published(rsa.publicKey, 'RS256'),
      (text) => sign('sha256', Buffer.from(text), rsa.privateKey),
      undefined,
    ],
  ];
  const measures: Measure[] = [];
  for (const [alg, set, signature, goal] of kinds) {
    const prover = proverOf(alg, set);
    const tokens = Array.from({ length: BATCH * BATCHES }, (_, id) => presenting(tokenOf(alg, signature, id)));
    if (alg === 'HS256') {
      // Nothing measured should be what the engine learns first.
      for (const one of tokens) prover.prove(one);
      measures.push(figure('a token that was verified before', BATCHES, () => proved(prover, tokens[BATCH]!), 5));
    }
    let next = 0;
    const fresh = proverOf(alg, set);
    measures.push(figure(`a new token, ${alg}`, BATCHES, () => proved(fresh, tokens[next++]!), goal));
  }
  measures.push(apiKey());
  return measures;
}

function apiKey(): Measure {
  const none = {
    label: undefined,
    permissions: undefined,
    tenant: undefined,
    notBeforeMs: undefined,
    expiresMs: undefined,
  };
  // SHA-256 of "a".
  const hash = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';
  const ring = new KeyRing([{ ...none, hash, salt: '', clientId: 'one', roles: [] }], systemClock);
  return figure('an API key', BATCHES, () => proved(ring, presenting('a')), 5);
}

export function figure(name: string, batches: number, work: () => void, goal: number | undefined): Measure {
  const times: number[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const began = process.cpuUsage();
    for (let i = 0; i < BATCH; i++) work();
    const { user, system } = process.cpuUsage(began);
    times.push((user + system) / BATCH);
  }
  times.sort((a, b) => a - b);
  const [median, slow] = [times[batches >> 1]!, times[Math.floor(batches * 0.95)]!];
  return measure(name, { fastest: times[0]!, p50: median, p95: slow }, 'µs', median, 'µs', goal);
}

/** Throws where nobody is proven: a refusal would be faster than what is to be measured. */
function proved(prover: Prover, presented: Presented): void {
  const outcome = prover.prove(presented);
  if (outcome === undefined || outcome instanceof Promise || !isProven(outcome)) throw new Error('not proven');
}

function proverOf(alg: TokenAlgorithm, set: KeySet): SignedTokens {
  const watch = new ClockWatch(systemClock, { write: () => {} });
  const issuer: TokenIssuer = {
    issuer: 'https://idp.example.com',
    audiences: ['https://gate.example.com/mcp'],
    keys: { kind: 'secret', secret: '' },
    algorithms: [alg],
    clockSkewMs: 30_000,
    maxLifetimeMs: undefined,
    requiredClaims: [],
    claims: {
      subject: 'sub',
      clientId: ['azp', 'client_id'],
      roles: 'realm_access.roles',
      tenant: 'org',
      scopes: ['scope'],
    },
    roleMap: undefined,
    tenant: undefined,
    refreshMs: 600_000,
    graceMs: 600_000,
  };
  return new SignedTokens([new BelievedIssuer(issuer, new FixedKeys(set), NONE_REVOKED)], systemClock, watch);
}

function published(key: KeyObject, alg: TokenAlgorithm): KeySet {
  return parseKeys(JSON.stringify({ keys: [{ ...key.export({ format: 'jwk' }), kid: 'k1', use: 'sig' }] }), [alg]);
}

/** About 600 bytes of claims, as an issuer of a larger company writes them. */
function tokenOf(alg: TokenAlgorithm, signature: (input: string) => Buffer, id: number): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'https://idp.example.com',
    aud: ['https://gate.example.com/mcp', 'account'],
    sub: '6f1c3a52-5d6e-4c1e-9a53-0b9c1f7f2a10',
    jti: `2b3c-${id}`,
    azp: 'coding-agent',
    org: 'platform',
    iat: now,
    nbf: now,
    exp: now + 3600,
    scope: 'openid profile tools.read tools.call',
    realm_access: { roles: ['analyst', 'developer', 'offline_access', 'uma_authorization'] },
    email: 'alice@example.com',
    name: 'Alice Example',
    preferred_username: 'alice',
  };
  const head = { alg, typ: 'at+jwt', ...(alg === 'HS256' ? {} : { kid: 'k1' }) };
  const input = [head, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${signature(input).toString('base64url')}`;
}

function presenting(text: string): Presented {
  return { credential: { scheme: 'bearer', text }, proofs: [], target: undefined, certificate: undefined };
}
