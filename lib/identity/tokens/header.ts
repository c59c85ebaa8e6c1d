import type { TokenAlgorithm } from '../../model/auth-config.ts';
import type { Json } from '../../model/json.ts';
import { TokenRefused } from './refused.ts';

/** What the header of a token may say. Keys it brings or points at (`jwk`, `jku`, `x5c`, `x5u`) are not even read. */
export interface TokenHeader {
  /** Not yet one that is allowed. */
  readonly alg: string;
  /** Names a key among those of the issuer; looked up and used for nothing else. */
  readonly kid: string | undefined;
}

/** A signature of any other family is one nobody here verifies. */
const ALGORITHM = /^(?:HS|RS|PS|ES)(?:256|384|512)$/;
const LONGEST_KID = 256;
/** Access tokens (RFC 9068, 2.1); a proof of possession, a logout token or a nested one calls itself something else. */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

/** Throws {@link TokenRefused} for a header that asks for anything we do not do. */
export function tokenHeader({ alg, kid, typ, cty, crit, b64 }: Json): TokenHeader {
  if (typeof alg !== 'string' || !ALGORITHM.test(alg)) throw new TokenRefused('an algorithm that counts for nothing');
  if (crit !== undefined || b64 !== undefined) throw new TokenRefused('extensions nobody here knows');
  if (cty !== undefined) throw new TokenRefused('a token within a token');
  if (typ !== undefined && !(typeof typ === 'string' && TYPES.has(typ.toLowerCase()))) {
    throw new TokenRefused('not an access token by its type');
  }
  if (kid !== undefined && !(typeof kid === 'string' && kid.length > 0 && kid.length <= LONGEST_KID)) {
    throw new TokenRefused('`kid` is no name of a key');
  }
  return { alg, kid };
}

/** Whether an issuer may sign this way. */
export function isAllowed(alg: string, algorithms: readonly TokenAlgorithm[]): alg is TokenAlgorithm {
  return (algorithms as readonly string[]).includes(alg);
}
