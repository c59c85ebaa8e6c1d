const MARK = '[masked]';

/** A function that takes every one of `secrets` out of a text, longest first. */
export function createMask(secrets: readonly string[]): (text: string) => string {
  const ordered = [...new Set(secrets)].filter((secret) => secret.length > 0).sort((a, b) => b.length - a.length);
  if (ordered.length === 0) return (text) => text;
  return (text) => ordered.reduce((masked, secret) => masked.replaceAll(secret, MARK), text);
}
