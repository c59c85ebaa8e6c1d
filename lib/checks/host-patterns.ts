import type { Pattern } from '../model/lists.ts';
import type { Place } from '../model/rules.ts';
import { addressFacts, inNetwork } from '../parse/address.ts';
import { type HostFacts, readHost } from '../parse/host.ts';
import { compilePatterns, isDelimited } from '../parse/pattern.ts';
import { compileGlob, GlobError } from '../policy/glob.ts';
import { inPlace } from '../policy/rule-fault.ts';

export type HostMatches = (host: HostFacts, port: number | undefined) => boolean;

/** What an entry names: one thing, of which its writer knew where it leads, or all hosts that look alike. */
export type HostPatternKind = 'host' | 'host and port' | 'address' | 'network' | 'many';

interface Compiled {
  readonly matches: HostMatches;
  readonly kind: HostPatternKind;
}

/** One entry of a list of hosts, ready to be asked. */
export interface HostPattern extends Place, Compiled {}

const WILD = /[*?{}]/;
const PORT = /^(.*[^:]):([0-9]{1,5})$/s;

/**
 * Compiles entries of `domains` lists. `example.com` is that host and no other; `*.example.com` is every host below it,
 * at any depth, and not the host itself; other globs match whole hosts, a star any characters; `10.0.0.0/8` is a network;
 * `/…/` is a regular expression found anywhere in the host. All but the last two may end in `:port`. Rejects with a
 * `RuleFault` that names the entry.
 */
export async function compileHostPatterns(patterns: readonly Pattern[]): Promise<readonly HostPattern[]> {
  const compiled: HostPattern[] = [];
  for (const { glob, rule, source } of patterns) {
    const place = { rule, source };
    const pattern = isDelimited(glob)
      ? await inPlace(place, 'SP1011', () => expression(glob))
      : inPlace(place, 'SP1010', () => plainPattern(glob));
    compiled.push({ ...pattern, ...place });
  }
  return compiled;
}

async function expression(text: string): Promise<Compiled> {
  const [finds] = await compilePatterns([text]);
  return { matches: ({ host }) => finds!(host), kind: 'many' };
}

function plainPattern(text: string): Compiled {
  if (text.includes('://')) throw new GlobError(`"${text}" is a URL: write its host`);
  if (text.includes('/')) return { matches: network(text), kind: 'network' };
  const [, named = text, digits] = addressFacts(text) === undefined ? (PORT.exec(text) ?? []) : [];
  const isHost = hostMatcher(named);
  const matches: HostMatches =
    digits === undefined ? isHost : (host, port) => port === Number(digits) && isHost(host, port);
  if (WILD.test(named)) return { matches, kind: 'many' };
  if (digits !== undefined) return { matches, kind: 'host and port' };
  return { matches, kind: addressFacts(hostOf(named)) === undefined ? 'host' : 'address' };
}

function network(text: string): HostMatches {
  const isIn = inNetwork(text);
  if (isIn === undefined) throw new GlobError(`"${text}" is neither a host nor a network such as 10.0.0.0/8`);
  return ({ address }) => address !== undefined && isIn(address.text);
}

function hostMatcher(text: string): HostMatches {
  if (text.startsWith('*.') && !WILD.test(text.slice(2))) {
    const end = `.${hostOf(text.slice(2))}`;
    return ({ host, address }) => address === undefined && host.endsWith(end);
  }
  if (WILD.test(text)) {
    if (!/^[\x21-\x7e]*$/.test(text)) throw new GlobError(`"${text}": write other letters in a glob as \`xn--…\``);
    const matches = compileGlob(text.toLowerCase().replace(/\.$/, ''), 'anything');
    return ({ host }) => matches(host);
  }
  const wanted = hostOf(text);
  return ({ host }) => host === wanted;
}

function hostOf(text: string): string {
  const facts = readHost(addressFacts(text) === undefined || text.includes('.') ? text : `[${text}]`);
  if (typeof facts === 'string') throw new GlobError(`"${text}" is no host`);
  if (facts.doubt !== undefined) throw new GlobError(`"${text}" is no host: ${facts.doubt}`);
  return facts.host;
}
