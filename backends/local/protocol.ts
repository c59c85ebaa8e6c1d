import type { GrantScope } from '../../lib/model/approvals.ts';
import { asObject, type Json } from '../../lib/model/json.ts';

/**
 * What is said on the local socket: one JSON object a line. Each request has a number and gets one answer with it, `ok` or
 * not; what one watches comes in lines with `event` instead.
 */
export const PROTOCOL = 1;

/** A request is small; what is longer is none. */
export const MOST_REQUEST_BYTES = 64 * 1024;
/** A list of all that waits is not. */
export const MOST_ANSWER_BYTES = 16 * 1024 * 1024;
/** Of more that waits only the count is told. */
export const MOST_LISTED = 500;

/** What may be asked for. `answer` and `grant` change something, and come with the claim a challenge asks for. */
export const VERBS = ['status', 'pending', 'show', 'challenge', 'answer', 'grant', 'watch'] as const;
export type Verb = (typeof VERBS)[number];

export interface Request {
  readonly id: number;
  readonly verb: Verb;
  readonly fields: Json;
}

/** Why a request was not done: it is `malformed`, names what is not there, was `refused`, or there is no place for it. */
export interface Fault {
  readonly kind: 'malformed' | 'unknown' | 'refused' | 'busy' | 'failed';
  readonly code?: string | undefined;
  readonly text: string;
}

/** A line as a request, or what is wrong with it and the number it gave itself. */
export function requestOf(line: string): Request | { readonly id: number | null; readonly fault: Fault } {
  let said: Json | undefined;
  try {
    said = asObject(JSON.parse(line));
  } catch {
    said = undefined;
  }
  if (said === undefined) return wrong(null, 'a request is one JSON object on one line');
  const { v, id, do: verb } = said;
  if (!Number.isSafeInteger(id)) return wrong(null, 'a request has a whole number as its `id`');
  const number = id as number;
  if (v !== PROTOCOL)
    return wrong(number, `this gateway speaks version ${PROTOCOL} of the protocol: update the program`);
  if (!VERBS.includes(verb as Verb)) return wrong(number, `\`do\` is one of ${VERBS.join(', ')}`);
  return { id: number, verb: verb as Verb, fields: said };
}

function wrong(id: number | null, text: string): { readonly id: number | null; readonly fault: Fault } {
  return { id, fault: { kind: 'malformed', text } };
}

/** What a person said, without who they are: that is shown, never said. */
export interface SaidAnswer {
  readonly request: string;
  readonly approved: boolean;
  readonly scope: GrantScope;
  /** The digest of what they were shown: an answer counts for nothing else. */
  readonly digest: string;
  readonly calls: number;
  readonly why: string | undefined;
  readonly forMs: number | undefined;
}

export interface SaidGrant {
  readonly resource: string;
  readonly digest: string | undefined;
  readonly ttlMs: number;
  readonly why: string;
}

const MOST_REASON = 500;
const MOST_NAME = 1024;
const SCOPES: readonly unknown[] = ['once', 'session', 'time'];
const DIGEST = /^[0-9a-f]{64}$/;

/** The parts of an answer; a text says what is wrong with it. */
export function saidAnswer(fields: Json): SaidAnswer | string {
  const { request, approved, scope, digest, calls, why, forMs } = fields;
  if (typeof request !== 'string' || request.length > 64) return '`request` names what is answered';
  if (typeof approved !== 'boolean') return '`approved` is true or false';
  if (!SCOPES.includes(scope)) return '`scope` is once, session or time';
  if (typeof digest !== 'string' || !DIGEST.test(digest)) return '`digest` is that of the request, as it was shown';
  if (!isCount(calls)) return '`calls` is how many calls were shown';
  if (!isReason(why)) return `\`why\` is a text of at most ${MOST_REASON} characters`;
  if (forMs !== undefined && !isCount(forMs)) return '`forMs` is a whole number of milliseconds';
  if ((scope === 'time') !== (forMs !== undefined)) return '`forMs` belongs to the scope `time`';
  return { request, approved, scope: scope as GrantScope, digest, calls, why, forMs };
}

/** The parts of a grant; a text says what is wrong with it. */
export function saidGrant(fields: Json): SaidGrant | string {
  const { resource, digest, ttlMs, why } = fields;
  if (typeof resource !== 'string' || resource.length > MOST_NAME || !/^[^/]+\/./s.test(resource)) {
    return '`resource` is a backend and a tool, `backend/tool`';
  }
  if (digest !== undefined && (typeof digest !== 'string' || !DIGEST.test(digest))) {
    return '`digest` is 64 digits, hexadecimal';
  }
  if (!isCount(ttlMs)) return '`ttlMs` is a whole number of milliseconds';
  if (!isReason(why) || why === undefined || why === '') return '`why` says why, for the log';
  return { resource, digest, ttlMs, why };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isReason(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && value.length <= MOST_REASON);
}
