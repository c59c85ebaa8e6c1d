const MOST_NAMES = 12;
/** Names of variables servers most often give up without. */
const CREDENTIAL = /TOKEN|KEY|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTH|_URL$|_DSN$/i;

/**
 * What may have made a server give up before its first answer: what it said last, and the variables that are set
 * for us and were not passed to it, those it spoke of and those that look like credentials first.
 */
export function hintFor(said: string | undefined, notPassed: readonly string[]): string | undefined {
  const parts = said === undefined ? [] : [`it said: ${said}`];
  if (notPassed.length > 0) parts.push(namesHint(said ?? '', notPassed));
  return parts.join('; ') || undefined;
}

function namesHint(said: string, notPassed: readonly string[]): string {
  const words = new Set(said.match(/\w+/g));
  const rank = (name: string) => (words.has(name) ? 0 : CREDENTIAL.test(name) ? 1 : 2);
  const ordered = [...notPassed].sort((a, b) => rank(a) - rank(b));
  const shown = ordered.slice(0, MOST_NAMES);
  const more = ordered.length > shown.length ? ` and ${ordered.length - shown.length} more` : '';
  return `set here but not passed to it: ${shown.join(', ')}${more} (to pass one: --pass-env ${shown[0]}, or pass_env in the config)`;
}
