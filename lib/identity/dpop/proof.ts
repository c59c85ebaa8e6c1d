import type { Json } from '../../model/json.ts';
import { isBase64url } from '../tokens/base64url.ts';
import { unambiguousObject } from '../tokens/unambiguous.ts';
import { type AlgorithmFacts, FACTS, type ProofAlgorithm } from './algorithms.ts';
import { type PublicJwk, publicJwk } from './public-jwk.ts';

/** A proof as it was read; nothing it says is proven before its signature is. */
export interface DpopProof {
  readonly algorithm: ProofAlgorithm;
  readonly facts: AlgorithmFacts;
  readonly key: PublicJwk;
  /** What was signed. */
  readonly signed: string;
  readonly signature: Buffer;
  readonly jti: string;
  readonly htm: string;
  readonly htu: string;
  /** Seconds since 1970. */
  readonly iat: number;
  readonly ath: string | undefined;
  readonly nonce: string | undefined;
}

const MOST_BYTES = 8 * 1024;
const MOST_JTI = 256;
const MOST_URL = 2048;
const MOST_NONCE = 256;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads the lines of the DPoP header (RFC 9449, 4.3, 1 to 7); a text says what is wrong, for the log alone. */
export function readProof(lines: readonly string[]): DpopProof | string {
  const [line, ...more] = lines;
  if (line === undefined) return 'no proof';
  if (more.length > 0) return 'several proofs';
  if (line.length > MOST_BYTES) return 'too long';
  const parts = line.split('.', 4);
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !parts.every(isBase64url)) return 'no signed token';
  const head = membersOf(header!);
  const claims = membersOf(payload!);
  if (head === undefined || claims === undefined) return 'no JSON objects with each key once';
  if (head.typ !== 'dpop+jwt') return 'its typ is not dpop+jwt';
  if (head.crit !== undefined) return 'it says something is critical';
  const facts = typeof head.alg === 'string' ? FACTS.get(head.alg) : undefined;
  if (facts === undefined) return 'its algorithm is none that counts';
  const key = publicJwk(head.jwk, facts);
  if (typeof key === 'string') return key;
  const wrong = wrongClaim(claims);
  if (wrong !== undefined) return `its ${wrong} is missing, or none that counts`;
  const { jti, htm, htu, iat, ath, nonce } = claims as unknown as DpopProof;
  return {
    algorithm: head.alg as ProofAlgorithm,
    facts,
    key,
    signed: line.slice(0, header!.length + 1 + payload!.length),
    signature: Buffer.from(signature!, 'base64url'),
    ...{ jti, htm, htu, iat, ath, nonce },
  };
}

function wrongClaim({ jti, htm, htu, iat, ath, nonce }: Json): string | undefined {
  const text = (value: unknown, most: number) => typeof value === 'string' && value !== '' && value.length <= most;
  if (!text(jti, MOST_JTI)) return 'jti';
  if (!text(htm, MOST_NONCE)) return 'htm';
  if (!text(htu, MOST_URL)) return 'htu';
  if (typeof iat !== 'number' || !Number.isFinite(iat)) return 'iat';
  if (ath !== undefined && typeof ath !== 'string') return 'ath';
  return nonce === undefined || text(nonce, MOST_NONCE) ? undefined : 'nonce';
}

/** The object a part of a token stands for, when every reader would take it for the same. */
function membersOf(part: string): Json | undefined {
  try {
    return unambiguousObject(strict.decode(Buffer.from(part, 'base64url')));
  } catch {
    return undefined;
  }
}
