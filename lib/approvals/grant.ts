import { createHash } from 'node:crypto';
import type { Assurance, GrantScope } from '../model/approvals.ts';
import type { Cover } from './cover.ts';
import { type Purpose, signed, verified } from './signed.ts';

/** Everything a call is held to that is made under a grant. */
export interface Bindings {
  /** Under whom it is kept (`holderOf`), and the program that calls. */
  readonly account: string;
  readonly client: string;
  readonly action: string;
  readonly backend: string;
  readonly type: string;
  readonly resource: string;
  /** Of the parameters as the backend receives them. */
  readonly digest: string;
  /** Hash of what the backend offers under this name; null where nothing is compared. */
  readonly pin: string | null;
  readonly policy: string;
}

/** An agreement: worth one call, or, in the scopes `session` and `time`, any call like it. */
export interface Grant {
  readonly id: string;
  readonly scope: GrantScope;
  /** What it is for; null stands for any, which only a grant that was given unasked has. */
  readonly for: { readonly [K in keyof Bindings]: Bindings[K] | null };
  /** The session it lives with; null for others. */
  readonly session: string | null;
  /** What like calls have in common; null for one call. */
  readonly cover: Cover | null;
  /** The rule that asked; null where it makes no difference. */
  readonly rule: string | null;
  readonly madeMs: number;
  readonly expiresMs: number;
  readonly request: string | null;
  readonly by: string;
  readonly channel: string;
  readonly assurance: Assurance;
  readonly answeredMs: number | null;
  readonly why: string | null;
}

const PURPOSE: Purpose = 'grant';
/** How far clocks are set back in the ordinary course of things. */
const SETBACK_MS = 60_000;

export function writtenGrant(grant: Grant, key: Buffer): string {
  return signed(PURPOSE, grant, key);
}

export function readGrant(text: string, key: Buffer): Grant | undefined {
  return verified(PURPOSE, text, key) as Grant | undefined;
}

/** What the names of grants begin with that may be for this call, whatever its policy and its pin were. */
export function exactPrefix({ account, client, action, backend, type, resource, digest }: Bindings): string {
  return `once-${short([account, client, action, backend, type, resource, digest])}-`;
}

/** The same of agreements to calls like it. */
export function standingPrefix({ account, client, action, backend, type, resource }: Omit<Bindings, 'digest'>): string {
  return `like-${short([account, client, action, backend, type, resource])}-`;
}

/** The same of grants that were given before anybody asked. */
export function givenPrefix(backend: string, resource: string): string {
  return `given-${short([backend, resource])}-`;
}

/** The one name a grant may stand under. */
export function nameOf({ id, scope, for: { account, ...rest } }: Grant): string {
  const bindings = { account, ...rest } as Bindings;
  if (account === null) return `${givenPrefix(bindings.backend, bindings.resource)}${id}`;
  return `${scope === 'once' ? exactPrefix(bindings) : standingPrefix(bindings)}${id}`;
}

/** Why a grant is not one for a call now; undefined when it is. Whether a call is like another is judged elsewhere. */
export function misfit(grant: Grant, call: Bindings, session: string, now: number): string | undefined {
  if (now >= grant.expiresMs) return 'expired';
  if (grant.madeMs - now > SETBACK_MS) return 'clock set back';
  const isGiven = grant.for.account === null;
  for (const name of Object.keys(MEANING) as (keyof Bindings)[]) {
    const value = grant.for[name];
    if (value === call[name] || (value === null && isGiven)) continue;
    if (name === 'digest' && grant.cover !== null && !('exact' in grant.cover)) continue;
    return `other ${MEANING[name]}`;
  }
  if (grant.session !== null && grant.session !== session) return 'other session';
  return undefined;
}

const MEANING: Readonly<Record<keyof Bindings, string>> = {
  account: 'principal',
  client: 'client',
  action: 'action',
  backend: 'backend',
  type: 'resource',
  resource: 'resource',
  digest: 'arguments',
  pin: 'definition',
  policy: 'policy',
};

function short(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24);
}
