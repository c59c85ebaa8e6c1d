/** The client of whom nothing is known but the user it runs for. */
export const LOCAL_CLIENT = 'local';

/** How somebody was proven: what the operating system says, a key, a token signed or introspected, a certificate. */
export type Proof = 'os-user' | 'api-key' | 'jwt' | 'introspection' | 'certificate';

/** Who came in through a door, as far as it was proven there. */
export interface Identity {
  /** The human or service on whose behalf calls are made; unique only together with `issuer` and `tenant`. */
  readonly subject: string;
  /** The program that calls, as far as it is known for sure: the id of its key, of its token, or what the operator named it. */
  readonly clientId: string;
  readonly roles: readonly string[];
  /** Its roles are all it has, also when it has none: its issuer says who has which. */
  readonly byRoles?: boolean | undefined;
  /** What its key permits by itself, besides its roles; undefined when it says nothing of it. */
  readonly permissions?: readonly string[] | undefined;
  readonly tenant?: string | undefined;
  readonly proof: Proof;
  /** Who says so: the `iss` of a token, the name of the authority of a certificate. */
  readonly issuer?: string | undefined;
  /** What a token may be used for (RFC 6749, 3.3); undefined where there is no such thing. */
  readonly scopes?: readonly string[] | undefined;
  /** The agents in whose hands the token was before, the nearest first (RFC 8693, 4.1). */
  readonly actors?: readonly string[] | undefined;
}

/** Who asks: only proven facts (AuthZEN `subject` and `context.agent`). */
export interface Principal extends Identity {
  /** The client program, as it names itself; for people to read, never for decisions. */
  readonly agent: string;
}

/**
 * What sessions, processes, tasks and counts of one principal are kept under. Two issuers, and two tenants of one, may call
 * different people by the same name; a key and the user of this machine are named by their operator alone, who may name
 * clients of two tenants the same.
 */
export function accountOf({ subject, proof, issuer, tenant }: Identity): string {
  if (proof === 'os-user') return subject;
  if (proof === 'api-key') return tenant === undefined ? subject : `key ${JSON.stringify([tenant, subject])}`;
  return `${proof === 'certificate' ? 'certificate' : 'token'} ${JSON.stringify([issuer ?? null, tenant ?? null, subject])}`;
}

/** The scopes of somebody who came with a token; undefined for whom there is no such thing: keys, certificates, the user. */
export function scopesOf({ proof, scopes }: Identity): readonly string[] | undefined {
  return proof === 'jwt' || proof === 'introspection' ? (scopes ?? []) : undefined;
}

/**
 * Who may take up again what was begun: tasks, lists read page by page, calls that wait for answers. One user may have given
 * two clients tokens for different things, so none gets what the other was given.
 */
export function holderOf(identity: Identity): string {
  const { proof, subject, clientId } = identity;
  const account = accountOf(identity);
  return (proof === 'jwt' || proof === 'introspection') && clientId !== subject
    ? `${account} by ${JSON.stringify(clientId)}`
    : account;
}
