import { PROOF_ALGORITHMS } from '../identity/dpop/algorithms.ts';
import type { Credential } from '../identity/presented.ts';
import type { Challenge } from '../identity/proven.ts';
import type { DpopMode } from '../model/auth-config.ts';
import type { Headers } from './answers.ts';

/** What a client is told of where tokens come from; undefined where there are none. */
export interface Directions {
  /** Where this gateway says which authorization servers it believes (RFC 9728). */
  readonly metadata: string;
  /** What a token should have, as far as that is known. */
  readonly scopes: readonly string[];
  readonly dpop: DpopMode;
}

const RETRY_SECONDS = '5';
const OF_PROOFS: ReadonlySet<Challenge> = new Set(['invalid_dpop_proof', 'use_dpop_nonce']);

/**
 * How a client is told to prove who it is (RFC 9110, 11.6.1; RFC 6750, 3; RFC 9449, 7.1). `scheme` is how the credential
 * came that did not count.
 */
export function challengeFor(
  challenge: Challenge,
  scheme: Credential['scheme'] | undefined,
  directions: Directions | undefined,
): { readonly status: number; readonly headers: Headers } {
  if (challenge === 'unavailable') return { status: 503, headers: { 'Retry-After': RETRY_SECONDS } };
  const error = challenge === 'missing' ? undefined : challenge;
  const ofProof = error !== undefined && (OF_PROOFS.has(error) || scheme === 'dpop');
  const algs = PROOF_ALGORITHMS.join(' ');
  if (directions === undefined) {
    const own = { realm: 'sallyport', error };
    return unauthorized([ofProof ? line('DPoP', { ...own, algs }) : line('Bearer', own)]);
  }
  const { metadata, scopes, dpop } = directions;
  const where = { resource_metadata: metadata, scope: scopes.length === 0 ? undefined : scopes.join(' ') };
  if (dpop === 'off') return unauthorized([line('Bearer', { ...where, error })]);
  if (dpop === 'required') return unauthorized([line('DPoP', { ...where, algs, error })]);
  return unauthorized([
    line('Bearer', { ...where, error: ofProof ? undefined : error }),
    line('DPoP', { algs, error: ofProof ? error : undefined }),
  ]);
}

/** How a client is told to get a token with these scopes (RFC 6750, 3.1; 2025-11-25, authorization). */
export function stepUp({ metadata, scopes, dpop }: Directions): Headers {
  const told = { error: 'insufficient_scope', scope: scopes.join(' '), resource_metadata: metadata };
  const algs = dpop === 'required' ? PROOF_ALGORITHMS.join(' ') : undefined;
  return { 'WWW-Authenticate': [line(dpop === 'required' ? 'DPoP' : 'Bearer', { ...told, algs })] };
}

function unauthorized(lines: string[]) {
  return { status: 401, headers: { 'WWW-Authenticate': lines } };
}

function line(scheme: 'Bearer' | 'DPoP', parameters: Readonly<Record<string, string | undefined>>): string {
  const said = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${quoted(value)}`],
  );
  return `${scheme} ${said.join(', ')}`;
}

/** A quoted string of a header (RFC 9110, 5.6.4); what could not stand in one is left out. */
function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, '').replace(/["\\]/g, '\\$&')}"`;
}
