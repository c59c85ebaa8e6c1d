import type { Pattern } from '../model/lists.ts';
import type { Place } from '../model/rules.ts';
import { addressFacts, inNetwork } from '../parse/address.ts';
import { type HostFacts, readHost } from '../parse/host.ts';
import { compilePatterns, isDelimited } from '../parse/pattern.ts';
import { compileGlob, GlobError } from '../policy/glob.ts';
import { inPlace } from '../policy/rule-fault.ts';

export type HostMatches = (host: HostFacts, port: number | undefined) => boolean;

/** One entry of a list of hosts, ready to be asked. */
export interface HostPattern extends Place {
  readonly matches: HostMatches;
}

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
    const matches = isDelimited(glob)
      ? await inPlace(place, 'SP1011', () => expression(glob))
      : inPlace(place, 'SP1010', () => plainPattern(glob));
    compiled.push({ matches, ...place });
  }
  return compiled;
}

async function expression(text: string): Promise<HostMatches> {
  const [finds] = await compilePatterns([text]);
  return ({ host }) => finds!(host);
}

function plainPattern(text: string): HostMatches {
  if (text.includes('://')) throw new GlobError(`"${text}" is a URL: write its host`);
  if (text.includes('/')) return network(text);
  const [, named = text, digits] = addressFacts(text) === undefined ? (PORT.exec(text) ?? []) : [];
  const isHost = hostMatcher(named);
  if (digits === undefined) return isHost;
  return (host, port) => port === Number(digits) && isHost(host, port);
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
