/** One way a server wants requests to be authorized (RFC 9110, 11.6.1). */
export interface BackendChallenge {
  /** In small letters. */
  readonly scheme: string;
  /** By their names in small letters. */
  readonly parameters: ReadonlyMap<string, string>;
}

const MOST_LENGTH = 8192;
const MOST_CHALLENGES = 16;

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const TOKEN68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;
const QUOTED = /"((?:[\t\x20\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*)"/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const SPACES = /[ \t]+/y;
const BETWEEN = /[ \t]*(?:,[ \t]*)+|[ \t]*$/y;
const NOTHING = /[ \t,]*/y;

/**
 * Reads the lines of `WWW-Authenticate`. A line that is malformed anywhere, names one parameter twice or is too long says
 * nothing at all, for two readers could take different things from it.
 */
export function challengesIn(lines: readonly string[]): readonly BackendChallenge[] {
  return lines.flatMap((line) => (line.length > MOST_LENGTH ? [] : (read(line) ?? []))).slice(0, MOST_CHALLENGES);
}

function read(line: string): readonly BackendChallenge[] | undefined {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(line) ?? undefined;
    if (found !== undefined) at = pattern.lastIndex;
    return found;
  };
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  take(NOTHING);
  while (at < line.length) {
    const before = at;
    const word = take(TOKEN)?.[0];
    if (word === undefined) return undefined;
    const value = valueAfter(take);
    if (value !== undefined) {
      const current = challenges.at(-1)?.parameters;
      if (current === undefined || current.has(word.toLowerCase())) return undefined;
      current.set(word.toLowerCase(), value);
    } else {
      at = before + word.length;
      challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
      // What follows a scheme is its parameters, or one value that none of ours has.
      if (take(SPACES) !== undefined && at < line.length && line[at] !== ',') {
        const here = at;
        if (take(TOKEN) === undefined || valueAfter(take) === undefined) {
          at = here;
          if (take(TOKEN68) === undefined) return undefined;
        } else {
          at = here;
          continue;
        }
      }
    }
    if (take(BETWEEN) === undefined) return undefined;
  }
  return challenges;
}

/** The value of a parameter whose name was just read; undefined where none stands. */
function valueAfter(take: (pattern: RegExp) => RegExpExecArray | undefined): string | undefined {
  if (take(EQUALS) === undefined) return undefined;
  const quoted = take(QUOTED);
  return quoted === undefined ? take(TOKEN)?.[0] : quoted[1]!.replace(/\\(.)/g, '$1');
}

/** The words of a `scope` (RFC 6749, 3.3), without what no scope can be; at most 64. */
export function scopesIn(text: string | undefined): readonly string[] {
  const words = (text ?? '').split(' ').filter((word) => /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/.test(word));
  return [...new Set(words)].slice(0, 64);
}
