import { parseDuration } from '../../lib/config/words/units.ts';
import { leastSecretBytes } from '../../lib/model/auth-config.ts';
import { canonicalUri } from '../../lib/model/canonical-uri.ts';
import { systemClock } from '../../lib/model/clock.ts';
import { openMint } from '../identity/authorizations.ts';
import { CommandError, EXIT, print, printJson } from '../output/print.ts';
import { readConfig } from '../read-config.ts';

const MOST_TTL_MS = 30 * 86_400_000;
const NAME = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]{1,256}$/u;
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;

export interface TokenIssueOptions {
  readonly config?: string;
  readonly subject: string;
  readonly client?: string;
  readonly role?: readonly string[];
  readonly tenant?: string;
  readonly scope?: readonly string[];
  readonly audience?: string;
  readonly ttl: string;
  readonly secretEnv?: string;
  readonly json?: boolean;
}

/** Prints a token for whoever may run this command: by the gateway's own key, or by a secret both sides know. */
export async function tokenIssue(options: TokenIssueOptions): Promise<number> {
  const { subject, client = subject, role = [], tenant, scope = [], audience } = options;
  const ttlMs = parseDuration(options.ttl);
  if (ttlMs === undefined || ttlMs < 1000 || ttlMs > MOST_TTL_MS) throw new CommandError('`--ttl` is from 1s to 30d');
  const names = { subject, client, ...(tenant === undefined ? {} : { tenant }), ...Object.fromEntries(role.entries()) };
  for (const name of Object.values(names)) {
    if (!NAME.test(name)) throw new CommandError('names have 1 to 256 characters that can be seen');
  }
  if (!scope.every((one) => SCOPE.test(one))) throw new CommandError('a scope is such as files:read');
  const { config } = await readConfig({ config: options.config, overrides: { serving: true } });
  const claims = {
    aud: audience ?? canonicalUri(config.server) ?? 'sallyport',
    sub: subject,
    client_id: client,
    ...(tenant === undefined ? {} : { tenant }),
    ...(role.length === 0 ? {} : { roles: role }),
    ...(scope.length === 0 ? {} : { scope: scope.join(' ') }),
  };
  const token =
    options.secretEnv === undefined
      ? (await openMint(config, systemClock)).sign(claims, ttlMs)
      : await signedBySecret(options.secretEnv, config.tokens.issuer, claims, ttlMs);
  if (options.json === true) printJson({ token, issuer: config.tokens.issuer, expires_in: Math.ceil(ttlMs / 1000) });
  else print(token);
  return EXIT.ok;
}

async function signedBySecret(variable: string, issuer: string, claims: object, ttlMs: number): Promise<string> {
  const secret = process.env[variable] ?? '';
  const least = leastSecretBytes('HS256');
  if (Buffer.byteLength(secret) < least) {
    throw new CommandError(`the variable ${variable} must hold a secret of at least ${least} bytes`);
  }
  const { signedBySecret: sign } = await import('../../lib/issuing/token-mint.ts');
  return sign(secret, issuer, claims, ttlMs, systemClock);
}
