import type { ClaimNames } from '../../model/auth-config.ts';
import { asObject, type Json } from '../../model/json.ts';
import type { Identity, Proof } from '../../model/principal.ts';
import { nameAt, namesAt, scopesAt } from './claim-values.ts';
import { TokenRefused } from './refused.ts';

/** A chain of more agents than this is a knot. */
const MOST_ACTORS = 8;

/** How the claims of an issuer are read. */
export interface Reading {
  readonly issuer: string;
  readonly claims: ClaimNames;
  readonly roleMap: Readonly<Record<string, readonly string[]>> | undefined;
  readonly tenant: string | undefined;
}

/** Whom verified claims speak of. Throws {@link TokenRefused} where one has a type it must not have. */
export function identityOf(claims: Json, proof: Proof, { issuer, claims: names, roleMap, tenant }: Reading): Identity {
  const clientId = firstOf(names.clientId, (name) => nameAt(claims, name));
  const subject = nameAt(claims, names.subject) ?? (proof === 'introspection' ? clientId : undefined);
  if (subject === undefined) throw new TokenRefused('names no subject');
  const theirs = names.roles === undefined ? [] : namesAt(claims, names.roles);
  return {
    subject,
    clientId: clientId ?? subject,
    roles: roleMap === undefined ? theirs : mapped(theirs, roleMap),
    permissions: undefined,
    ...(names.roles === undefined ? {} : { byRoles: true }),
    tenant: tenant ?? claimedTenant(claims, names.tenant),
    proof,
    issuer,
    // A token that names no scope opens what needs none.
    scopes: firstOf(names.scopes, (name) => scopesAt(claims, name)) ?? [],
    actors: actorsOf(claims),
  };
}

/** The `aud` of a token: a name or a list (RFC 7519, 4.1.3). */
export function isFor(claims: Json, audiences: readonly string[]): boolean {
  const { aud } = claims;
  const named = Array.isArray(aud) ? aud : [aud];
  return named.every((one) => typeof one === 'string') && named.some((one) => audiences.includes(one));
}

/** Where tenants are told apart by a claim, somebody without one would be nobody's and everybody's. */
function claimedTenant(claims: Json, name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const tenant = nameAt(claims, name);
  if (tenant === undefined) throw new TokenRefused('names no tenant');
  return tenant;
}

function mapped(theirs: readonly string[], roleMap: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return [...new Set(theirs.flatMap((role) => (Object.hasOwn(roleMap, role) ? roleMap[role]! : [])))];
}

/** The agents a token went through, the nearest first (RFC 8693, 4.1). */
function actorsOf(claims: Json): readonly string[] | undefined {
  const actors: string[] = [];
  for (let { act } = claims; act !== undefined; ) {
    const actor = asObject(act);
    const name = actor && (nameAt(actor, 'sub') ?? nameAt(actor, 'client_id'));
    if (name === undefined) throw new TokenRefused('`act` names nobody');
    if (actors.push(name) > MOST_ACTORS) throw new TokenRefused('`act` goes too deep');
    act = actor!['act'];
  }
  return actors.length === 0 ? undefined : actors;
}

function firstOf<T>(names: readonly string[], at: (name: string) => T | undefined): T | undefined {
  for (const name of names) {
    const value = at(name);
    if (value !== undefined) return value;
  }
  return undefined;
}
