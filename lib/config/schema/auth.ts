import { z } from 'zod';
import { isPublicUrl } from '../words/addresses.ts';
import { selector } from './globs.ts';
import { bucket } from './rules.ts';
import { duration } from './units.ts';

function text(accepts: (value: string) => boolean, error: string): z.ZodString {
  return z.string().refine(accepts, { error });
}

const some = z.string().min(1);
const date = text((value) => !Number.isNaN(Date.parse(value)), 'must be a date such as 2027-01-31');
const url = text(isPublicUrl, 'must be a URL such as https://idp.example.com/jwks');
const clientId = text((value) => /^[\w.@:/-]{1,128}$/.test(value), 'must be 1 to 128 letters, digits or ._@:/-');
const roles = z.array(some);
/** Characters of a scope (RFC 6749, 3.3): nothing that could end a list or a quoted text. */
const scope = text((value) => /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/.test(value), 'must be a scope such as files:read');
const permissions = z.array(selector);

export const TOKEN_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'HS256',
  'HS384',
  'HS512',
] as const;

const apiKey = z.strictObject({
  key: some.describe('`sha256:HASH` or `sha256:SALT:HASH` as `sallyport token hash` prints it, or `${NAME}`.'),
  client_id: clientId.describe('Whom the key stands for.'),
  label: some.optional().describe('What you call this key, where its client has several.'),
  roles: roles.optional().describe('Roles of the client.'),
  permissions: permissions.optional().describe('What the key permits by itself, as roles do.'),
  tenant: some.optional().describe('The tenant the client belongs to.'),
  rate_limit: bucket.optional().describe('How often the client may call.'),
  not_before: date.optional().describe('The key is not valid before this moment (UTC).'),
  expires: date.optional().describe('The key is not valid from this moment on (UTC).'),
});

/** Which claims say who somebody is; the same for tokens that are verified and for those that are asked about. */
const claims = {
  subject_claim: some.optional().describe('Claim with the subject [`sub`].'),
  client_id_claim: some.optional().describe('Claim with the client [`azp`, else `client_id`, else the subject].'),
  roles_claim: some.optional().describe('Claim with the roles, dots leading inwards: `realm_access.roles`.'),
  tenant_claim: some.optional().describe('Claim with the tenant.'),
  scopes_claim: some.optional().describe('Claim with the scopes [`scope`, else `scp`].'),
  role_map: z
    .record(some, z.union([some, roles]))
    .optional()
    .describe('Our roles for theirs; those it does not name count for nothing.'),
  tenant: some.optional().describe('Everybody of this issuer is of this tenant.'),
};

const audience = z.union([some, z.array(some).min(1)]);

const jwt = z
  .strictObject({
    issuer: some.describe('`iss` of its tokens, letter by letter.'),
    audience: audience.optional().describe('`aud` must have one of these [the address of this gateway].'),
    jwks_uri: url.optional().describe('Where its keys are.'),
    jwks_file: some.optional().describe('A JWK set on disk, or a public key in PEM.'),
    secret: some.optional().describe('A secret both sides know, by `${NAME}`; at least 32 bytes.'),
    secret_file: some.optional().describe('A file that holds it.'),
    allow_private: z.boolean().optional().describe('`jwks_uri` may be in a private network.'),
    algorithms: z
      .array(z.enum(TOKEN_ALGORITHMS))
      .min(1)
      .optional()
      .describe('Signatures that count [ES256 and RS256, or HS256 with a secret].'),
    clock_skew: duration.optional().describe('How far clocks may be apart.'),
    max_lifetime: duration.optional().describe('Tokens that live longer are refused.'),
    required_claims: z.array(some).optional().describe('Claims every token must have.'),
    ...claims,
    refresh: duration.optional().describe('How long keys are kept before they are asked for again.'),
    grace: duration.optional().describe('How long known keys go on to count when they cannot be had again.'),
  })
  .superRefine((value, context) => {
    const given = [value.jwks_uri, value.jwks_file, value.secret, value.secret_file].filter((one) => one !== undefined);
    if (given.length !== 1)
      context.addIssue({
        code: 'custom',
        message: 'needs one of `jwks_uri`, `jwks_file`, `secret` and `secret_file`',
      });
    const symmetric = value.secret !== undefined || value.secret_file !== undefined;
    const wrong = value.algorithms?.findIndex((name) => name.startsWith('HS') !== symmetric) ?? -1;
    if (wrong !== -1)
      context.addIssue({
        code: 'custom',
        path: ['algorithms', wrong],
        message: symmetric ? 'a secret is for HS256, HS384 and HS512 only' : 'HS256 to HS512 need a `secret`',
      });
  });

const introspection = z.strictObject({
  url: url.describe('The introspection endpoint.'),
  issuer: some.optional().describe('Who issues the tokens [the first of `authorization_servers`].'),
  client_id: some.describe('Who we are to it.'),
  client_secret: some.describe('What proves it, by `${NAME}`.'),
  audience: audience.optional().describe('`aud` of the answer must have one of these [the address of this gateway].'),
  allow_private: z.boolean().optional().describe('`url` may be in a private network.'),
  ...claims,
  cache: duration.optional().describe('How long an answer counts.'),
  timeout: duration.optional().describe('How long it may take to answer.'),
});

const oauth = z.strictObject({
  authorization_servers: z.array(url).min(1).describe('Who issues tokens for this gateway; clients are sent there.'),
  scopes: z
    .union([z.array(scope), z.record(scope, permissions)])
    .optional()
    .describe('Scopes every token needs; or scopes with what each of them permits.'),
  required_scopes: z
    .array(scope)
    .optional()
    .describe('Scopes every token needs, where `scopes` says what they permit.'),
  dpop: z
    .enum(['off', 'optional', 'required'])
    .optional()
    .describe('Whether tokens must be bound to a key of their client (RFC 9449).'),
  dpop_nonce: z.boolean().optional().describe('Proofs must carry a nonce of this gateway.'),
  dpop_window: duration.optional().describe('How old a proof may be.'),
  introspection: introspection.optional().describe('Ask about tokens that say nothing themselves (RFC 7662).'),
  documentation: url.optional().describe('A page for developers.'),
});

const certificate = z
  .strictObject({
    spiffe: text(
      (value) => /^spiffe:\/\/[\w.-]+(?:\/[\w./-]+)?$/.test(value),
      'must be such as spiffe://example.org/agent',
    )
      .optional()
      .describe('SPIFFE id in its subject alternative name.'),
    san: some.optional().describe('DNS name or mail address in its subject alternative name.'),
    fingerprint: text((value) => /^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i.test(value), 'must be SHA-256, 64 hex digits')
      .optional()
      .describe('SHA-256 over the certificate.'),
    client_id: clientId.describe('Whom it stands for.'),
    roles: roles.optional().describe('Roles of the client.'),
    permissions: permissions.optional().describe('What it permits by itself, as roles do.'),
    tenant: some.optional().describe('The tenant the client belongs to.'),
  })
  .superRefine((value, context) => {
    const given = [value.spiffe, value.san, value.fingerprint].filter((one) => one !== undefined);
    if (given.length !== 1)
      context.addIssue({ code: 'custom', message: 'needs one of `spiffe`, `san` and `fingerprint`' });
  });

const lockout = z.strictObject({
  failures: z.int().positive().optional().describe('Failures of one source that are borne.'),
  window: duration.optional().describe('The time they are counted over.'),
  for: duration.optional().describe('How long it is told to wait then; what is right still opens.'),
});

/** The `security.auth` section. */
export const authentication = z.strictObject({
  enabled: z.literal(true).optional().describe('Proof is asked for wherever there is any way to give it.'),
  required: z.boolean().optional().describe('A client on standard input must prove who it is as well.'),
  api_keys: z.array(apiKey).optional().describe('The keys clients may present.'),
  jwt: z
    .union([jwt, z.array(jwt).min(1)])
    .optional()
    .describe('Whose tokens are believed.'),
  oauth: oauth.optional().describe('This gateway as a resource server of OAuth 2.1.'),
  certificates: z
    .array(certificate)
    .optional()
    .describe('Whom client certificates stand for, with `server.tls.client_ca`.'),
  lockout: lockout.optional().describe('What happens to those who try.'),
  revocations: some.optional().describe('File of what was taken back; `sallyport token revoke` writes it.'),
});
