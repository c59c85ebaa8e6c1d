import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { Possession } from '../../lib/identity/possession.ts';
import type { Presented } from '../../lib/identity/presented.ts';
import type { Proven } from '../../lib/identity/proven.ts';
import { systemClock } from '../../lib/model/clock.ts';
import { figure } from './identity.ts';
import type { Measure } from './measure.ts';

const BATCH = 200;
const BATCHES = 21;
const GOAL_US = 250;
const URL = 'https://gate.example.com/mcp';
const TOKEN = 'a'.repeat(900);

/** What a proof of possession costs besides its token, each proof a new one, in microseconds of one request. */
export function overPossession(): Measure[] {
  // Proofs from before it began would need a nonce.
  const possession = new Possession(systemClock);
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const digest = (text: string) => createHash('sha256').update(text).digest('base64url');
  const jkt = digest(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y }));
  const head = encoded({ typ: 'dpop+jwt', alg: 'ES256', jwk });
  const proofs = Array.from({ length: BATCH * BATCHES }, (_, id) => {
    const iat = Math.floor(Date.now() / 1000);
    const input = `${head}.${encoded({ jti: `${id}-0a1b2c3d4e5f`, htm: 'POST', htu: URL, iat, ath: digest(TOKEN) })}`;
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${input}.${signature.toString('base64url')}`;
  });
  const identity = { subject: 'ann', clientId: 'agent', roles: [], proof: 'jwt' } as const;
  const bound: Proven = { identity, credential: 'digest', expiresMs: undefined, boundTo: { jkt } };
  const unbound: Proven = { ...bound, boundTo: undefined };
  let next = 0;
  const bearer = presenting('bearer', []);
  return [
    figure(
      'a proof of possession, ES256',
      BATCHES,
      () => held(possession, bound, presenting('dpop', [proofs[next++]!])),
      GOAL_US,
    ),
    figure('a token that is bound to nothing', BATCHES, () => held(possession, unbound, bearer), 1),
  ];
}

function presenting(scheme: 'bearer' | 'dpop', proofs: readonly string[]): Presented {
  const target = { method: 'POST', url: URL };
  return { credential: { scheme, text: TOKEN }, proofs, target, certificate: undefined };
}

/** Throws where something is refused: that would be faster than what is to be measured. */
function held(possession: Possession, proven: Proven, presented: Presented): void {
  const refusal = possession.refusal(proven, presented);
  if (refusal !== undefined) throw new Error(refusal.reason);
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
