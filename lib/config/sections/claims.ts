import type { ClaimNames } from '../../model/auth-config.ts';

interface RawClaims {
  readonly subject_claim?: string | undefined;
  readonly client_id_claim?: string | undefined;
  readonly roles_claim?: string | undefined;
  readonly tenant_claim?: string | undefined;
  readonly scopes_claim?: string | undefined;
}

/** Which claims say what, with the names most authorization servers use (RFC 9068, 2.2). */
export function claimNames(raw: RawClaims): ClaimNames {
  return {
    subject: raw.subject_claim ?? 'sub',
    clientId: raw.client_id_claim === undefined ? ['azp', 'client_id'] : [raw.client_id_claim],
    roles: raw.roles_claim,
    tenant: raw.tenant_claim,
    scopes: raw.scopes_claim === undefined ? ['scope', 'scp'] : [raw.scopes_claim],
  };
}

/** Our roles for each of theirs. */
export function rolesOf(
  map: Readonly<Record<string, string | readonly string[]>> | undefined,
): Readonly<Record<string, readonly string[]>> | undefined {
  if (map === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(map).map(([theirs, ours]) => [theirs, typeof ours === 'string' ? [ours] : ours]),
  );
}
