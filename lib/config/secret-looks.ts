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

/** What must not be printed of a backend's own settings, whether it was interpolated or not. */
export function literalSecrets(args: readonly string[], env: Readonly<Record<string, string>>): string[] {
  const named = Object.entries(env).filter(([name, value]) => namesSecret(name) && value.length >= SHORTEST);
  return [...named.map(([, value]) => value), ...[...args, ...Object.values(env)].flatMap(secretsIn)];
}
