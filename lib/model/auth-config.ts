/** A key a client may present, by its hash; the key itself is kept nowhere. */
export interface ApiKey {
  /** How it is kept: SHA-256 of salt and key, 64 lower-case hex digits. */
  readonly hash: string;
  /** Goes before the key into the hash; empty for hashes without one. */
  readonly salt: string;
  /** Whom it stands for; several keys may stand for one client, so that they can be replaced one by one. */
  readonly clientId: string;
  /** What the operator calls this one of its keys; for people. */
  readonly label: string | undefined;
  readonly roles: readonly string[];
  /** Selectors of what it permits by itself; undefined when it says nothing of that. */
  readonly permissions: readonly string[] | undefined;
  readonly tenant: string | undefined;
  /** Milliseconds since 1970 before which it is not valid yet. */
  readonly notBeforeMs: number | undefined;
  /** Milliseconds since 1970 from which on it is no longer valid. */
  readonly expiresMs: number | undefined;
}

/** Signatures of tokens; never one that anybody can make (`none`), and one family for each kind of key. */
export type TokenAlgorithm =
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512';

/** A secret must be as long as the digest it keys (RFC 7518, 3.2). */
const SECRET_BYTES: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };

/** How long a secret must be for an algorithm; one that takes no secret asks for more than any has. */
export function leastSecretBytes(alg: TokenAlgorithm): number {
  return SECRET_BYTES[alg] ?? Number.POSITIVE_INFINITY;
}

/** Where the keys of an issuer come from. */
export type KeySource =
  | { readonly kind: 'url'; readonly url: string; readonly allowPrivate: boolean }
  /** A JWK set, or a public key in PEM. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'secret-file'; readonly path: string };

/** Which claims say what; dots lead into objects (`realm_access.roles`), unless a claim has that very name. */
export interface ClaimNames {
  readonly subject: string;
  /** In this order; the first there is counts. */
  readonly clientId: readonly string[];
  readonly roles: string | undefined;
  readonly tenant: string | undefined;
  readonly scopes: readonly string[];
}

/** Whose tokens are believed, and what they must say (RFC 9068, RFC 8725). */
export interface TokenIssuer {
  /** `iss`, compared as it is. */
  readonly issuer: string;
  /** One of these must be in `aud`. */
  readonly audiences: readonly string[];
  readonly keys: KeySource;
  readonly algorithms: readonly TokenAlgorithm[];
  readonly clockSkewMs: number;
  /** A token that lives longer than this is refused, whatever it says; undefined for no such limit. */
  readonly maxLifetimeMs: number | undefined;
  /** Claims that must be there, besides `iss`, `aud`, `sub` and `exp`. */
  readonly requiredClaims: readonly string[];
  readonly claims: ClaimNames;
  /** Our role for each of its own; undefined takes them as they are. */
  readonly roleMap: Readonly<Record<string, readonly string[]>> | undefined;
  /** Everybody of this issuer is of this tenant, whatever a claim says. */
  readonly tenant: string | undefined;
  /** Key sets are asked for again after so long. */
  readonly refreshMs: number;
  /** For so long after the last good answer, known keys go on to count while new ones cannot be had. */
  readonly graceMs: number;
}

/** Asks an authorization server about tokens that say nothing themselves (RFC 7662). */
export interface IntrospectionConfig {
  readonly url: string;
  readonly allowPrivate: boolean;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly claims: ClaimNames;
  readonly roleMap: Readonly<Record<string, readonly string[]>> | undefined;
  readonly tenant: string | undefined;
  /** An answer counts for at most so long, so that a token that was taken back is found out. */
  readonly cacheMs: number;
  readonly timeoutMs: number;
}

export type DpopMode = 'off' | 'optional' | 'required';

/** What one scope of a token opens. */
export interface ScopeRule {
  readonly scope: string;
  /** Selectors of what it permits. */
  readonly permissions: readonly string[];
}

/** This gateway as an OAuth 2.1 resource server (RFC 9728). */
export interface ResourceServerConfig {
  readonly authorizationServers: readonly string[];
  /** Scopes a token must have for anything at all. */
  readonly scopes: readonly string[];
  /** Further scopes, and what needs them; with any, a call none of them permits asks for the one that would. */
  readonly scopeRules: readonly ScopeRule[];
  readonly dpop: DpopMode;
  /** Proofs must carry a nonce of ours (RFC 9449, 9). */
  readonly dpopNonce: boolean;
  /** How old a proof may be. */
  readonly dpopWindowMs: number;
  readonly introspection: IntrospectionConfig | undefined;
  readonly documentation: string | undefined;
}

/** Whom a client certificate stands for; exactly one of the three ways to name it. */
export interface CertificateRule {
  readonly by:
    | { readonly kind: 'spiffe'; readonly id: string }
    | { readonly kind: 'san'; readonly name: string }
    /** SHA-256 over its DER form, 64 lower-case hex digits. */
    | { readonly kind: 'fingerprint'; readonly hex: string };
  readonly clientId: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[] | undefined;
  readonly tenant: string | undefined;
}

/** After so many failures within a time, one source is not listened to for another one. */
export interface LockoutConfig {
  readonly failures: number;
  readonly windowMs: number;
  readonly forMs: number;
}

/** Who may use this gateway, and how they prove it. With none of the ways, whoever reaches it is its user. */
export interface AuthConfig {
  /** A client on standard input must prove who it is as well. */
  readonly required: boolean;
  readonly apiKeys: readonly ApiKey[];
  readonly issuers: readonly TokenIssuer[];
  readonly resource: ResourceServerConfig | undefined;
  readonly certificates: readonly CertificateRule[];
  readonly lockout: LockoutConfig;
  /** File of what was taken back with `sallyport token revoke`; undefined when nothing can be. */
  readonly revocations: string | undefined;
}

/** Whether anybody has to prove anything. */
export function asksForProof({ apiKeys, issuers, resource, certificates, required }: AuthConfig): boolean {
  return (
    required ||
    apiKeys.length > 0 ||
    issuers.length > 0 ||
    // Whoever says where tokens come from means that they are needed, also while none could be verified.
    resource !== undefined ||
    certificates.length > 0
  );
}
