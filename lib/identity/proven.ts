import type { Identity } from '../model/principal.ts';
import type { Presented } from './presented.ts';

/** Somebody who proved who they are. */
export interface Proven {
  readonly identity: Identity;
  /** Names the credential without holding it, so that what it opened can be closed when it is taken away; empty where none is needed. */
  readonly credential: string;
  /** Milliseconds since 1970 from which on it proves nothing any more. */
  readonly expiresMs: number | undefined;
  /** What must come with it each time: a proof by the key of this thumbprint (RFC 7638), or the certificate of this fingerprint. */
  readonly boundTo?: { readonly jkt?: string | undefined; readonly certificate?: string | undefined } | undefined;
}

/** Why nobody was proven. The client is told no more than the challenge; the code and the reason are for the log. */
export interface Unproven {
  readonly code: UnprovenCode;
  /** For the log alone; never any of the credential. */
  readonly reason: string;
  readonly challenge: Challenge;
}

/** `SP2001` no credential or a wrong one, `SP2008` token, `SP2009` proof of possession, `SP2010` certificate, `SP2011` keys not to be had, `SP2013` too many proofs at once. */
export type UnprovenCode = 'SP2001' | 'SP2008' | 'SP2009' | 'SP2010' | 'SP2011' | 'SP2013';

/** What a client is told to do better (RFC 6750, 3; RFC 9449, 7.1 and 8). */
export type Challenge =
  | 'missing'
  | 'invalid_token'
  | 'invalid_dpop_proof'
  | 'use_dpop_nonce'
  /** Nothing is wrong with the client: who could tell is not to be reached. */
  | 'unavailable';

export type Outcome = Proven | Unproven;

export function isProven(outcome: Outcome): outcome is Proven {
  return 'identity' in outcome;
}

/** One way to prove who one is. */
export interface Prover {
  /**
   * Who is proven; undefined when nothing presented is of this kind, so that the next way is asked. What is of this kind
   * and wrong is refused here, and never tried as anything else. What it throws refuses as well.
   */
  prove(presented: Presented): Outcome | undefined | Promise<Outcome | undefined>;
  /** Whether what it proved once still counts: it was not taken back, and its keys are still believed. */
  honours(proven: Proven): boolean;
  /** Ends timers and watches. */
  close?(): void;
}

/** Whether two proofs are of one principal with the same rights. */
export function sameIdentity(a: Identity, b: Identity): boolean {
  return samePrincipal(a, b) && same(a.scopes, b.scopes);
}

/** The same whatever their tokens may be used for: a client that asks for more scopes stays who it is. */
export function samePrincipal(a: Identity, b: Identity): boolean {
  return (
    a.subject === b.subject &&
    a.proof === b.proof &&
    a.issuer === b.issuer &&
    a.tenant === b.tenant &&
    a.clientId === b.clientId &&
    a.byRoles === b.byRoles &&
    same(a.roles, b.roles) &&
    same(a.permissions, b.permissions) &&
    same(a.actors, b.actors)
  );
}

function same(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
