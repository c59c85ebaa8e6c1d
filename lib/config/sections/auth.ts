import { createHash } from 'node:crypto';
import type {
  ApiKey,
  AuthConfig,
  CertificateRule,
  IntrospectionConfig,
  KeySource,
  LockoutConfig,
  ResourceServerConfig,
  TokenIssuer,
} from '../../model/auth-config.ts';
import { canonicalUri } from '../../model/canonical-uri.ts';
import type { TokensConfig } from '../../model/issuing.ts';
import type { ServerConfig } from '../../model/server-config.ts';
import type { KeyPath } from '../files/key-path.ts';
import { type Layer, lineOf, type Reading } from '../files/reading.ts';
import { expandHome } from '../folders.ts';
import type { RawApiKey, RawAuth } from '../schema/schema.ts';
import { selectorOf } from '../words/selector-alias.ts';
import { parseDuration } from '../words/units.ts';
import { claimNames, rolesOf } from './claims.ts';
import { either } from './stricter.ts';

/** How the hash of a key is written, with or without a salt. */
export const KEY_HASH = /^sha256:(?:([A-Za-z0-9_-]{8,64}):)?([0-9a-f]{64})$/;

/** What tokens for a gateway on standard input are for, where nothing else is configured. */
const OWN_AUDIENCE = 'sallyport';

type RawIssuer = Exclude<NonNullable<RawAuth['jwt']>, readonly unknown[]>;
type RawIntrospection = NonNullable<NonNullable<RawAuth['oauth']>['introspection']>;
type RawCertificate = NonNullable<RawAuth['certificates']>[number];

/**
 * The `security.auth` section. Who may come in is said by one layer, the last that says anything of it: an administrator's
 * list leaves nothing valid that somebody else has listed. `ownAudience` is the address of this gateway.
 */
export function resolveAuth(reading: Reading, server: ServerConfig, stateDir: string, from: string): AuthConfig {
  const layer = speakingOfAuth(reading.layers);
  const raw = layer?.config.security?.auth ?? {};
  const alias = layer?.config.auth;
  const audiences = [canonicalUri(server) ?? OWN_AUDIENCE];
  if (layer !== undefined) noteAll(reading, layer);
  const issuers = raw.jwt === undefined ? [] : Array.isArray(raw.jwt) ? raw.jwt : [raw.jwt];
  const required = alias?.required === true && reading.layers.some(({ config }) => config.auth?.required === true);
  return {
    required: reading.value(['security', 'auth', 'required'], required, from, either) || required,
    apiKeys: layer === undefined ? [] : keysOf(layer).map(({ key }) => apiKeyOf(key)),
    issuers: [...issuers.map((one) => issuerOf(one, audiences)), ...aliasedIssuer(alias, audiences)],
    resource: raw.oauth && resourceOf(raw.oauth, audiences),
    certificates: (raw.certificates ?? []).map(certificateOf),
    lockout: lockoutOf(reading, from),
    revocations: expandHome(revocationsIn(reading.layers, layer)) ?? `${stateDir}/revoked.json`,
  };
}

/** The `security.tokens` section: who we are to backends, said by the first layer that says it. */
export function resolveTokens(reading: Reading, server: ServerConfig, stateDir: string, from: string): TokensConfig {
  const own = (key: string, usual: string) => reading.value(['security', 'tokens', key], usual, from, (a) => a);
  return {
    issuer: own('issuer', canonicalUri(server) ?? OWN_AUDIENCE),
    keyFile: expandHome(own('key_file', `${stateDir}/keys/signing.pem`))!,
  };
}

/** The last layer that says who may come in. */
export function speakingOfAuth(layers: readonly Layer[]): Layer | undefined {
  return layers.findLast(({ config: { auth, security } }) => {
    const { api_keys, jwt, oauth, certificates } = security?.auth ?? {};
    return [api_keys, jwt, oauth, certificates, auth?.keys, auth?.secret].some((part) => part !== undefined);
  });
}

/** Which file takes back what: said by who says who may come in, or by a layer after it, which may only tighten. */
function revocationsIn(layers: readonly Layer[], speaking: Layer | undefined): string | undefined {
  const counting = layers.slice(speaking === undefined ? 0 : layers.indexOf(speaking));
  return counting.map(({ config }) => config.security?.auth?.revocations).findLast((file) => file !== undefined);
}

/** The keys of a layer with where they stand; those without a name, as other tools write them, are numbered. */
export function keysOf({ config }: Layer): { readonly key: RawApiKey; readonly place: KeyPath }[] {
  const named = config.security?.auth?.api_keys ?? [];
  const plain = config.auth?.keys ?? [];
  return [
    ...named.map((key, index) => ({ key, place: ['security', 'auth', 'api_keys', index] })),
    ...plain.map((key, index) => ({ key: { key, client_id: `key-${index + 1}` }, place: ['auth', 'keys', index] })),
  ];
}

/** Keys are named by whom they stand for; neither they nor their hashes are ever shown. */
function noteAll(reading: Reading, layer: Layer): void {
  const note = (path: KeyPath, value: unknown) => reading.note(path, value, lineOf(layer.source.where(path)));
  for (const { key, place } of keysOf(layer)) {
    reading.note([...place, 'client_id'], key.client_id, lineOf(layer.source.where(place)));
  }
  const { jwt, oauth, certificates } = layer.config.security?.auth ?? {};
  const issuers = jwt === undefined ? [] : Array.isArray(jwt) ? jwt : [jwt];
  for (const [index, { issuer }] of issuers.entries())
    note(['security', 'auth', 'jwt', ...(Array.isArray(jwt) ? [index] : []), 'issuer'], issuer);
  if (oauth !== undefined) note(['security', 'auth', 'oauth', 'authorization_servers'], oauth.authorization_servers);
  for (const [index, { client_id }] of (certificates ?? []).entries())
    note(['security', 'auth', 'certificates', index, 'client_id'], client_id);
}

function apiKeyOf({ key, client_id, label, roles, permissions, tenant, not_before, expires }: RawApiKey): ApiKey {
  const [, salt = '', hash] = KEY_HASH.exec(key) ?? [];
  return {
    hash: hash ?? createHash('sha256').update(key).digest('hex'),
    salt: hash === undefined ? '' : salt,
    clientId: client_id,
    label,
    roles: roles ?? [],
    permissions: permissions?.map(selectorOf),
    tenant,
    notBeforeMs: not_before === undefined ? undefined : Date.parse(not_before),
    expiresMs: expires === undefined ? undefined : Date.parse(expires),
  };
}

function issuerOf(raw: RawIssuer, own: readonly string[]): TokenIssuer {
  const symmetric = raw.secret !== undefined || raw.secret_file !== undefined;
  const ms = (value: string | undefined, usual: string) => parseDuration(value ?? usual)!;
  return {
    issuer: raw.issuer,
    audiences: audiencesOf(raw.audience, own),
    keys: keySourceOf(raw),
    algorithms: raw.algorithms ?? (symmetric ? ['HS256'] : ['ES256', 'RS256']),
    clockSkewMs: ms(raw.clock_skew, '30s'),
    maxLifetimeMs: raw.max_lifetime === undefined ? undefined : parseDuration(raw.max_lifetime)!,
    requiredClaims: raw.required_claims ?? [],
    claims: claimNames(raw),
    roleMap: rolesOf(raw.role_map),
    tenant: raw.tenant,
    refreshMs: ms(raw.refresh, '10m'),
    graceMs: ms(raw.grace, '1h'),
  };
}

function keySourceOf({ jwks_uri, jwks_file, secret, secret_file, allow_private }: RawIssuer): KeySource {
  if (jwks_uri !== undefined) return { kind: 'url', url: jwks_uri, allowPrivate: allow_private ?? false };
  if (jwks_file !== undefined) return { kind: 'file', path: expandHome(jwks_file)! };
  if (secret !== undefined) return { kind: 'secret', secret };
  return { kind: 'secret-file', path: expandHome(secret_file)! };
}

/** `auth: { provider: jwt, secret }` of another gateway: tokens that anybody who knows the secret may issue for this one. */
function aliasedIssuer(
  alias: { secret?: string | undefined } | undefined,
  audiences: readonly string[],
): TokenIssuer[] {
  if (alias?.secret === undefined) return [];
  return [issuerOf({ issuer: OWN_AUDIENCE, secret: alias.secret }, audiences)];
}

function resourceOf(raw: NonNullable<RawAuth['oauth']>, own: readonly string[]): ResourceServerConfig {
  const list = Array.isArray(raw.scopes) ? raw.scopes : [];
  const rules = Array.isArray(raw.scopes) ? [] : Object.entries(raw.scopes ?? {});
  return {
    authorizationServers: raw.authorization_servers,
    scopes: [...new Set([...list, ...(raw.required_scopes ?? [])])],
    scopeRules: rules.map(([scope, permissions]) => ({ scope, permissions: permissions.map(selectorOf) })),
    dpop: raw.dpop ?? 'optional',
    dpopNonce: raw.dpop_nonce ?? false,
    dpopWindowMs: parseDuration(raw.dpop_window ?? '5m')!,
    introspection: raw.introspection && introspectionOf(raw.introspection, raw.authorization_servers[0]!, own),
    documentation: raw.documentation,
  };
}

function introspectionOf(raw: RawIntrospection, issuer: string, own: readonly string[]): IntrospectionConfig {
  return {
    url: raw.url,
    allowPrivate: raw.allow_private ?? false,
    clientId: raw.client_id,
    clientSecret: raw.client_secret,
    issuer: raw.issuer ?? issuer,
    audiences: audiencesOf(raw.audience, own),
    claims: claimNames(raw),
    roleMap: rolesOf(raw.role_map),
    tenant: raw.tenant,
    cacheMs: parseDuration(raw.cache ?? '30s')!,
    timeoutMs: parseDuration(raw.timeout ?? '5s')!,
  };
}

function certificateOf(raw: RawCertificate): CertificateRule {
  const { spiffe, san, fingerprint, client_id, roles, permissions, tenant } = raw;
  const by: CertificateRule['by'] =
    spiffe !== undefined
      ? { kind: 'spiffe', id: spiffe }
      : san !== undefined
        ? { kind: 'san', name: san.toLowerCase() }
        : { kind: 'fingerprint', hex: fingerprint!.replaceAll(':', '').toLowerCase() };
  return { by, clientId: client_id, roles: roles ?? [], permissions: permissions?.map(selectorOf), tenant };
}

function lockoutOf(reading: Reading, from: string): LockoutConfig {
  const at = (key: string) => ['security', 'auth', 'lockout', key];
  const ms = (key: string, usual: string) => parseDuration(reading.value(at(key), usual, from))!;
  return {
    failures: reading.value(at('failures'), 10, from, Math.min),
    windowMs: ms('window', '1m'),
    forMs: ms('for', '1m'),
  };
}

function audiencesOf(raw: string | readonly string[] | undefined, own: readonly string[]): readonly string[] {
  if (raw === undefined) return own;
  return typeof raw === 'string' ? [raw] : raw;
}
