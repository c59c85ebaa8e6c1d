import { randomBytes } from 'node:crypto';
import type { ApprovalAnswer, GivenGrant } from '../model/approval-desk.ts';
import type { GrantScope } from '../model/approvals.ts';
import type { Cover } from './cover.ts';
import type { Bindings, Grant } from './grant.ts';
import type { Terms } from './terms.ts';

/** What a grant is made of besides the answer: the request somebody answered, and the call it is for. */
export interface Asked {
  readonly request: string;
  readonly bindings: Bindings;
  readonly session: string;
  readonly cover: Cover;
  readonly rule: string;
  readonly resource: string;
  readonly principal: string;
}

/** How an answer came about, and what lasts how long. */
export interface Answering {
  readonly nowMs: number;
  readonly answeredMs: number | undefined;
  /** A call waits for it now. */
  readonly held: boolean;
  /** Sessions end with their client; else they are known by principal and client, for an hour. */
  readonly sessionsEnd: boolean;
  readonly terms: Pick<Terms, 'grantTtlMs' | 'rememberMs'>;
}

const HOUR_MS = 3_600_000;
/** Longer than any session of a client. */
const SESSION_MS = 365 * 24 * HOUR_MS;
/** How long a grant is good that was made for a call which waits for it. */
const HELD_MS = 60_000;

/** The grant of what was answered. */
export function answeredGrant(asked: Asked, answer: ApprovalAnswer, how: Answering): Grant {
  const once = answer.scope === 'once';
  const bound = answer.scope === 'session' && how.sessionsEnd;
  return newGrant(answer.scope, asked.bindings, how.nowMs, lastsOf(answer, how), {
    session: bound ? asked.session : null,
    cover: once ? null : asked.cover,
    rule: once ? null : asked.rule,
    request: asked.request,
    by: answer.by,
    channel: answer.channel,
    assurance: answer.assurance,
    answeredMs: how.answeredMs ?? null,
    why: answer.why ?? null,
  });
}

/** A grant that was given before anybody asked, under the policy it is for. */
export function unaskedGrant(given: GivenGrant, policy: string, nowMs: number): Grant {
  const { resource, digest, ttlMs, by, why, assurance } = given;
  const slash = resource.indexOf('/');
  const bindings = {
    account: null,
    client: null,
    action: null,
    backend: resource.slice(0, slash),
    type: null,
    resource: resource.slice(slash + 1),
    digest: digest ?? null,
    pin: null,
    policy,
  };
  return newGrant('once', bindings, nowMs, ttlMs, {
    session: null,
    cover: null,
    rule: null,
    request: null,
    by,
    channel: 'command',
    assurance,
    answeredMs: null,
    why,
  });
}

/** What the log says of a grant that was made. */
export function grantedFields(grant: Grant, principal: string | undefined): Readonly<Record<string, unknown>> {
  const { id, scope, for: bindings, expiresMs, request, by, channel, assurance, why } = grant;
  return {
    grant: id,
    id: request ?? undefined,
    resource: `${bindings.backend}/${bindings.resource}`,
    principal,
    digest: bindings.digest ?? undefined,
    scope,
    by,
    channel,
    assurance,
    why: why ?? undefined,
    expires: new Date(expiresMs).toISOString(),
  };
}

function newGrant(
  scope: GrantScope,
  bindings: Grant['for'],
  madeMs: number,
  lastsMs: number,
  rest: Omit<Grant, 'id' | 'scope' | 'for' | 'madeMs' | 'expiresMs'>,
): Grant {
  const id = randomBytes(9).toString('hex');
  return { id, scope, for: bindings, madeMs, expiresMs: madeMs + lastsMs, ...rest };
}

function lastsOf(answer: ApprovalAnswer, { held, sessionsEnd, terms }: Answering): number {
  if (answer.scope === 'once') return held ? HELD_MS : terms.grantTtlMs;
  if (answer.scope === 'session') return sessionsEnd ? SESSION_MS : HOUR_MS;
  return Math.min(answer.forMs ?? terms.rememberMs, terms.rememberMs);
}
