import type { BackendConfig, RemoteConfig } from '../../model/config.ts';
import type { InspectionConfig } from '../../model/inspection.ts';

const SHAPES =
  /\b(sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|glpat-[\w-]{16,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}(?:\.[\w-]+)?)/g;
const NAME = /(SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|PRIVATE_?KEY|CREDENTIAL)/i;
const OPAQUE = /^[A-Za-z0-9+/=_-]{20,}$/;
const SHORTEST = 6;

/** The parts of a text that have the shape of a known kind of secret. */
export function secretsIn(text: string): string[] {
  return text.match(SHAPES) ?? [];
}

/** Whether a variable of this name is meant to hold a secret. */
export function namesSecret(name: string): boolean {
  return NAME.test(name);
}

/** Whether a value is long and without words, as keys and tokens are. */
export function looksOpaque(value: string): boolean {
  return OPAQUE.test(value);
}

/** Whether a header of this name is meant to hold a secret. */
export function headerNamesSecret(name: string): boolean {
  return /^(?:authorization|cookie)$/i.test(name) || namesSecret(name.replaceAll('-', '_'));
}

/** The part of a header value that is the secret: what stands behind a scheme such as `Bearer`. */
export function credentialOf(value: string): string {
  return value.replace(/^\S+\s+/, '');
}

/** Values in the query of a URL that are secrets by the name they have there. */
export function querySecrets(url: string): { readonly name: string; readonly value: string }[] {
  if (!URL.canParse(url)) return [];
  const found = [...new URL(url).searchParams].map(([name, value]) => ({ name, value }));
  return found.filter(({ name, value }) => namesSecret(name) && value.length >= SHORTEST);
}

/** What must not be printed of how a backend is launched or reached, whether it was interpolated or not. */
export function literalSecrets({ args, env, remote, credentials }: BackendConfig): string[] {
  const named = Object.entries(env).filter(([name]) => namesSecret(name));
  const { authorization } = credentials;
  const proof = authorization?.mode === 'mint' ? undefined : authorization?.clientProof;
  const sources = [...credentials.variables.map(({ from }) => from), ...(proof?.kind === 'secret' ? [proof.from] : [])];
  const given = sources.flatMap((from) => (from.kind === 'value' ? [from.value] : []));
  const known = [...named.map(([, value]) => value), ...given].filter((value) => value.length >= SHORTEST);
  const reached = remote === undefined ? [] : secretsOfReaching(remote);
  return [...known, ...reached, ...[...args, ...Object.values(env)].flatMap(secretsIn)];
}

/** What must not be printed of how detectors are reached. */
export function detectorSecrets({ injection }: InspectionConfig): string[] {
  return injection.detectors.flatMap(secretsOfReaching);
}

function secretsOfReaching({ url, headers }: Pick<RemoteConfig, 'url' | 'headers'>): string[] {
  const values = Object.values(headers).flatMap((value) => [value, credentialOf(value)]);
  const query = querySecrets(url).flatMap(({ value }) => [value, encodeURIComponent(value)]);
  return [...[...values, ...query].filter((value) => value.length >= SHORTEST), ...secretsIn(url)];
}
