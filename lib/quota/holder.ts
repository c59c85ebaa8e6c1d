import type { Call } from '../model/call.ts';
import { accountOf, type Principal } from '../model/principal.ts';
import type { Per } from '../model/rules.ts';

/**
 * Whom a call counts for: one key, or one for each role. Only what is proven or configured stands in it: a caller
 * cannot get a fresh count by naming itself, or a URI, differently.
 * Those without a tenant, or without a role, count as one.
 *
 * `agent` is the program (the id of its key or token, with who gave it), `client` the program in the hands of one subject. What is no tool counts
 * for its method: URIs and tasks are text of the caller.
 */
export function holdersOf(
  per: Per,
  { principal, resource, action }: Call,
  tenantOf: (principal: Principal) => string | undefined,
): readonly string[] {
  switch (per) {
    case 'global':
      return ['global'];
    case 'client':
      return [`client:${JSON.stringify([accountOf(principal), principal.clientId])}`];
    case 'agent':
      return [`agent:${agentOf(principal)}`];
    case 'tenant':
      return [`tenant:${tenantOf(principal) ?? ''}`];
    case 'role':
      return principal.roles.length === 0 ? ['role:'] : [...new Set(principal.roles)].map((role) => `role:${role}`);
    case 'backend':
      return [`backend:${resource.backend}`];
    case 'tool':
      return [`tool:${resource.backend}/${resource.type === 'tool' ? resource.id : action}`];
  }
}

/** Two tenants, and two issuers, may have programs of one id. */
function agentOf({ clientId, issuer, tenant }: Principal): string {
  return issuer === undefined && tenant === undefined
    ? clientId
    : JSON.stringify([issuer ?? null, tenant ?? null, clientId]);
}
