const MAX_STARS_PER_SEGMENT = 3;
const MAX_ALTERNATIVES = 8;
const MAX_EXPANSIONS = 64;
const MAX_LENGTH = 1024;

/** What `*` stands for: any characters but `/`, or any at all. `**` always stands for any at all. */
export type StarMeans = 'within-segment' | 'anything';

export type Matches = (text: string) => boolean;

/** A glob that cannot be used; the message says why. */
export class GlobError extends Error {}

/**
 * Compiles a glob: `*`, `**`, `?`, `{a,b}`, everything else literal; anchored and case-sensitive. Matching
 * takes time proportional to pattern times text, whatever either holds.
 */
export function compileGlob(glob: string, star: StarMeans): Matches {
  if (glob === '') throw new GlobError('a pattern must not be empty');
  if (glob.length > MAX_LENGTH) throw new GlobError(`a pattern must not be longer than ${MAX_LENGTH} characters`);
  const matchers = expandBraces(glob).map((plain) => compilePlain(plain, star));
  if (matchers.length === 1) return matchers[0]!;
  return (text) => matchers.some((matches) => matches(text));
}

function compilePlain(glob: string, star: StarMeans): Matches {
  for (const segment of star === 'anything' ? [glob] : glob.split('/')) {
    const stars = segment.match(/\*+/g)?.length ?? 0;
    if (stars > MAX_STARS_PER_SEGMENT) throw new GlobError(`more than ${MAX_STARS_PER_SEGMENT} stars in "${segment}"`);
  }
  const firstWild = glob.search(/[*?]/);
  if (firstWild === -1) return (text) => text === glob;
  const prefix = glob.slice(0, firstWild);
  if (star === 'anything' && glob === `${prefix}*`) return (text) => text.startsWith(prefix);
  const tokens = tokenize(glob, star);
  return (text) => text.startsWith(prefix) && simulate(tokens, text);
}

type Token = string | 'ANY_ONE' | 'STAR' | 'GLOBSTAR';

/** Splits by code points, as texts are walked, so that a character outside the basic plane matches itself. */
function tokenize(glob: string, star: StarMeans): Token[] {
  const tokens: Token[] = [];
  const characters = [...glob];
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i]!;
    if (c === '?') tokens.push('ANY_ONE');
    else if (c !== '*') tokens.push(c);
    else if (characters[i + 1] === '*') {
      tokens.push('GLOBSTAR');
      while (characters[i + 1] === '*') i++;
    } else tokens.push(star === 'anything' ? 'GLOBSTAR' : 'STAR');
  }
  return tokens;
}

/** Walks all ways through the pattern at once; `live[k]` means the first k tokens match the text so far. */
function simulate(tokens: readonly Token[], text: string): boolean {
  let live = close(tokens, new Uint8Array(tokens.length + 1).fill(1, 0, 1));
  for (const c of text) {
    const next = new Uint8Array(tokens.length + 1);
    let any = false;
    for (let k = 0; k < tokens.length; k++) {
      if (live[k] === 0) continue;
      const token = tokens[k]!;
      const stays = token === 'GLOBSTAR' || (token === 'STAR' && c !== '/');
      const moves = token === c || (token === 'ANY_ONE' && c !== '/');
      if (stays) next[k] = 1;
      if (moves) next[k + 1] = 1;
      any ||= stays || moves;
    }
    if (!any) return false;
    live = close(tokens, next);
  }
  return live[tokens.length] === 1;
}

/** A star may match nothing, so whatever reaches it also reaches what follows. */
function close(tokens: readonly Token[], live: Uint8Array): Uint8Array {
  for (let k = 0; k < tokens.length; k++) {
    if (live[k] === 1 && (tokens[k] === 'STAR' || tokens[k] === 'GLOBSTAR')) live[k + 1] = 1;
  }
  return live;
}

/** The globs without braces that one with braces stands for. */
export function expandBraces(glob: string): string[] {
  const open = glob.indexOf('{');
  if (open === -1) {
    if (glob.includes('}')) throw new GlobError('"}" without "{"');
    return [glob];
  }
  if (glob.slice(0, open).includes('}')) throw new GlobError('"}" without "{"');
  const shut = glob.indexOf('}', open);
  if (shut === -1) throw new GlobError('"{" without "}"');
  const inner = glob.slice(open + 1, shut);
  if (inner.includes('{')) throw new GlobError('braces inside braces');
  const alternatives = inner.split(',');
  if (alternatives.length > MAX_ALTERNATIVES) throw new GlobError(`more than ${MAX_ALTERNATIVES} alternatives`);
  const tails = expandBraces(glob.slice(shut + 1));
  const all = alternatives.flatMap((middle) => tails.map((tail) => glob.slice(0, open) + middle + tail));
  if (all.length > MAX_EXPANSIONS) throw new GlobError(`more than ${MAX_EXPANSIONS} combinations of alternatives`);
  return all;
}
