import { isProven, type Outcome } from '../../lib/identity/proven.ts';
import { asksForProof } from '../../lib/model/auth-config.ts';
import { systemClock } from '../../lib/model/clock.ts';
import { Identities } from '../identity/identity.ts';
import { neededLine } from '../identity/token-input.ts';
import { CommandError, columns, EXIT, print, printJson, shown } from '../output/print.ts';
import { readConfig } from '../read-config.ts';

export interface TokenVerifyOptions {
  readonly config?: string;
  readonly json?: boolean;
}

const NOBODY: Outcome = { code: 'SP2001', reason: 'of no kind this config believes', challenge: 'invalid_token' };

/** Prints whom a token or key stands for under the config, or why for nobody; it is read from standard input alone. */
export async function tokenVerify({ config: file, json }: TokenVerifyOptions): Promise<number> {
  const { config } = await readConfig({ config: file, overrides: { serving: true } });
  if (!asksForProof(config.auth)) throw new CommandError('this config asks nobody for proof; add `security.auth`');
  const text = await neededLine('the token');
  const identities = new Identities({ clock: systemClock, log: { write: () => {} }, learn: () => {} });
  try {
    await identities.prepare(config.auth);
    return tell(await proven(identities.proversOf(config.auth) ?? [], text), json === true);
  } finally {
    identities.close();
  }
}

/** What is of no kind any prover knows is of nobody; a DPoP token is judged without the proof that goes with requests. */
async function proven(provers: NonNullable<ReturnType<Identities['proversOf']>>, text: string): Promise<Outcome> {
  const credential = { scheme: 'bearer', text } as const;
  for (const prover of provers) {
    const outcome = await prover.prove({ credential, proofs: [], target: undefined, certificate: undefined });
    if (outcome === undefined) continue;
    const isOver = isProven(outcome) && outcome.expiresMs !== undefined && outcome.expiresMs <= systemClock.now();
    return isOver ? { code: 'SP2008', reason: 'expired', challenge: 'invalid_token' } : outcome;
  }
  return NOBODY;
}

function tell(outcome: Outcome, json: boolean): number {
  if (!isProven(outcome)) {
    if (json) printJson({ ok: false, code: outcome.code, reason: outcome.reason });
    else print(`not valid: ${shown(outcome.reason)} (${outcome.code})`);
    return EXIT.denied;
  }
  const { identity, expiresMs, boundTo = {} } = outcome;
  const expires = expiresMs === undefined ? undefined : new Date(expiresMs).toISOString();
  if (json) printJson({ ok: true, ...identity, expires, bound_to: boundTo });
  else {
    const { subject, clientId, issuer, tenant, roles, permissions, scopes, actors, proof } = identity;
    const list = (some: readonly string[] | undefined) => some?.join(', ');
    const bound = boundTo.jkt === undefined ? boundTo.certificate && 'a certificate' : 'a key (DPoP)';
    const rows = {
      subject,
      client: clientId,
      proof,
      issuer,
      tenant,
      roles: list(roles),
      permissions: list(permissions),
    };
    const all = { ...rows, scopes: list(scopes), actors: list(actors), expires, 'bound to': bound };
    const told = Object.entries(all).filter(([, value]) => value !== undefined && value !== '');
    print(columns(told.map(([name, value]) => [name, shown(value!, 500)])));
  }
  return EXIT.ok;
}
