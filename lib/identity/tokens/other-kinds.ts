import type { Json } from '../../model/json.ts';
import { TokenRefused } from './refused.ts';

/**
 * Where issuers say what kind of token it is: Keycloak and others in `typ`, Cognito and Hydra in `token_use`, Simple JWT and
 * answers to introspection (RFC 7662, 2.2) in `token_type`, Flask in `type`.
 */
const MEMBERS = ['typ', 'token_use', 'token_type', 'type'] as const;
/** What is signed or active as well and opens nothing here. */
const OTHERS: ReadonlySet<string> = new Set(['id', 'refresh', 'offline', 'logout']);

/** Throws {@link TokenRefused} for what its issuer says is no access token, such as the one that renews it. */
export function refuseOtherKinds(claims: Json): void {
  for (const member of MEMBERS) {
    const kind = claims[member];
    if (typeof kind === 'string' && OTHERS.has(kind.toLowerCase().replace(/[_+ -]?(?:token|jwt)$/, ''))) {
      throw new TokenRefused('not an access token');
    }
  }
}
