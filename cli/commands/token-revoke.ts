import { createHash } from 'node:crypto';
import { revoke } from '../../backends/identity/revocation-file.ts';
import { digestOf } from '../../lib/identity/revocations.ts';
import type { Revocation } from '../../lib/identity/revoked.ts';
import { looksSigned, readEnvelope } from '../../lib/identity/tokens/envelope.ts';
import type { AuthConfig } from '../../lib/model/auth-config.ts';
import { systemClock } from '../../lib/model/clock.ts';
import { neededLine } from '../identity/token-input.ts';
import { CommandError, EXIT, print, printJson, shown } from '../output/print.ts';
import { readConfig } from '../read-config.ts';

export interface TokenRevokeOptions {
  readonly config?: string;
  readonly jti?: string;
  readonly issuer?: string;
  readonly client?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

interface Found {
  readonly entry: Revocation;
  readonly until?: string | undefined;
}

/** Writes what is taken back into the file running gateways look at, and prints what that was. */
export async function tokenRevoke(options: TokenRevokeOptions): Promise<number> {
  const { config } = await readConfig({ config: options.config, overrides: { serving: true } });
  const { revocations } = config.auth;
  if (revocations === undefined) throw new CommandError('this config has no file for what is taken back');
  const { entry, until } = await meant(options, config.auth);
  const now = systemClock.now();
  const note = { at: new Date(now).toISOString(), ...(until === undefined ? {} : { until }) };
  const { reason } = options;
  await revoke(revocations, { ...entry, ...note, ...(reason === undefined ? {} : { reason: shown(reason) }) }, now);
  if (options.json === true) printJson({ ok: true, file: revocations, ...entry, ...note });
  else
    print(
      `taken back in ${shown(revocations, 500)}: ${shown(nameOf(entry), 500)}\nRunning gateways know within a second, and close what it opened.`,
    );
  return EXIT.ok;
}

/** By options where they name something, else by the token or key itself. */
async function meant({ jti, issuer, client }: TokenRevokeOptions, auth: AuthConfig): Promise<Found> {
  if (jti !== undefined && client !== undefined) throw new CommandError('`--jti` and `--client` name different things');
  if (client !== undefined) return { entry: issuer === undefined ? { client } : { client, issuer } };
  if (jti !== undefined) {
    if (issuer === undefined) throw new CommandError('`--jti` needs `--issuer`: two issuers may use one id');
    return { entry: { issuer, id: jti } };
  }
  return ofCredential(await neededLine('the token or key'), issuer, auth);
}

/** A token need not be valid to be taken back, so nothing of it is believed but its name. */
function ofCredential(text: string, issuer: string | undefined, auth: AuthConfig): Found {
  const key = auth.apiKeys.find(
    ({ salt, hash }) => createHash('sha256').update(salt).update(text).digest('hex') === hash,
  );
  if (key !== undefined) return { entry: { key: key.hash } };
  if (looksSigned(text)) {
    const { claims } = envelopeOf(text);
    const { iss, jti, exp } = claims as { readonly iss?: unknown; readonly jti?: unknown; readonly exp?: unknown };
    const by = issuer ?? iss;
    if (typeof by !== 'string') throw new CommandError('the token names no issuer: add `--issuer`');
    const until = typeof exp === 'number' && exp > 0 && exp < 253_402_300_799 ? new Date(exp * 1000) : undefined;
    return { entry: { issuer: by, id: typeof jti === 'string' ? jti : digestOf(text) }, until: until?.toISOString() };
  }
  const by = issuer ?? auth.resource?.introspection?.issuer;
  if (by === undefined) throw new CommandError('no key of this config, and no token that names its issuer');
  return { entry: { issuer: by, id: digestOf(text) } };
}

function envelopeOf(text: string): ReturnType<typeof readEnvelope> {
  try {
    return readEnvelope(text);
  } catch {
    throw new CommandError('what is on standard input is no token anybody could read');
  }
}

function nameOf(entry: Revocation): string {
  if ('key' in entry) return `the key with the hash ${entry.key}`;
  if ('client' in entry)
    return `all of client ${entry.client}${entry.issuer === undefined ? '' : ` of ${entry.issuer}`}`;
  return `token ${entry.id} of ${entry.issuer}`;
}
