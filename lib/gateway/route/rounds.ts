import { createHash, randomBytes } from 'node:crypto';
import type { Answer, Reply } from '../../model/call.ts';
import { asObject, type Json } from '../../model/json.ts';
import { SERVER_REQUESTS } from '../../protocol/methods.ts';
import { insertionOf } from '../../wire/insert.ts';
import type { Cut, Payload } from '../../wire/payload.ts';
import { removalOf } from '../../wire/remove.ts';
import { rewriteStrings } from '../../wire/rewrite.ts';
import type { Request, Session } from '../ports.ts';
import { invalidAnswer } from '../refusal.ts';
import type { Subject } from './resolve.ts';

const PURPOSE = 'request-state';
const LIFETIME_MS = 15 * 60 * 1000;
/** Rounds one call may take before its server is taken to go in circles. */
const MOST_ROUNDS = 10;
const METHODS_WITH_ROUNDS = new Set(['tools/call', 'prompts/get', 'resources/read']);

/** What a request state of ours holds: which call it continues, for whom, until when, and the server's own state. */
interface SealedState {
  readonly backend: string;
  readonly subject: string;
  readonly digest: string;
  readonly round: number;
  readonly expires: number;
  readonly nonce: string;
  /** Raw JSON of the server's state, byte for byte; null when it sent none. */
  readonly state: string | null;
}

/** The next round of a call: what to put into its parameters. */
export interface Round {
  readonly round: number;
  readonly cuts: readonly Cut[];
}

/**
 * A modern server has answered a call with "input required" (2026-07-28, patterns/mrtr). The client gets a state
 * of ours around the server's, bound to principal, backend and arguments, good for one use; every round is a new
 * request that passes the whole policy again. The server's wish is checked against what this client can do.
 */
export function beginRound({ session, frame, caller }: Request, subject: Subject, round: number, reply: Reply): Answer {
  const { name } = subject.backend;
  const problem = problemWith(frame.method, reply.body, caller.capabilities, round);
  if (problem !== undefined) return invalidAnswer(name, problem);
  const { seal, clock, prefixed } = session.engine;
  const nonce = randomBytes(12).toString('base64url');
  const expires = clock.now() + LIFETIME_MS;
  session.account.states.issue(nonce, expires, clock.now());
  const value: SealedState = {
    backend: name,
    subject: session.subject,
    digest: digestOf(frame.method, subject, frame.params!),
    round: round + 1,
    expires,
    nonce,
    state: reply.body.member('requestState')?.text() ?? null,
  };
  const body = withState(reply.body, JSON.stringify(seal.close(PURPOSE, value)));
  return { ok: true, body: prefixed ? namedWishes(body, name) : body };
}

/** What a request that continues a call must carry instead of our state; undefined when it begins one. */
export function resumeRound(
  session: Session,
  method: string,
  subject: Subject,
  params: Payload,
): Round | 'invalid' | undefined {
  const span = params.span('requestState');
  if (span === undefined) return params.has('inputResponses') ? 'invalid' : undefined;
  const { seal, clock } = session.engine;
  const opened = seal.open(PURPOSE, params.string('requestState') ?? '') as SealedState | undefined;
  if (opened === undefined || !session.account.states.has(opened.nonce)) return 'invalid';
  const fits =
    opened.backend === subject.backend.name &&
    opened.subject === session.subject &&
    opened.expires >= clock.now() &&
    opened.digest === digestOf(method, subject, params);
  if (!fits) return 'invalid';
  session.account.states.use(opened.nonce);
  if (opened.state !== null) {
    return { round: opened.round, cuts: [{ start: span.start, end: span.end, text: opened.state }] };
  }
  // A server must not see a state it did not issue.
  return { round: opened.round, cuts: removalOf(params, 'requestState') };
}

/** Why a server's "input required" cannot be passed on; undefined when it can. */
function problemWith(method: string, body: Payload, capabilities: Json, round: number): string | undefined {
  if (!METHODS_WITH_ROUNDS.has(method)) return `input required for ${method}`;
  if (round >= MOST_ROUNDS) return `input required more than ${MOST_ROUNDS} times`;
  const wishes = body.member('inputRequests')?.json();
  if (wishes === undefined) {
    return body.string('requestState') === undefined ? 'neither input requests nor a state' : undefined;
  }
  return wishesProblem(wishes, capabilities);
}

/** Why a map of input requests cannot be put to a client with these capabilities. */
export function wishesProblem(wishes: unknown, capabilities: Json): string | undefined {
  const map = asObject(wishes);
  if (map === undefined) return 'input requests that are not a map';
  for (const wish of Object.values(map)) {
    const problem = wishProblem(wish, capabilities);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The client sees one server, the gateway, so a person must be told which backend asks. */
export function namedWishes(body: Payload, backend: string): Payload {
  return rewriteStrings(
    body,
    [['inputRequests', '*', 'params', 'message']],
    'inputRequests',
    (text) => `[${backend}] ${text}`,
  );
}

function wishProblem(wish: unknown, capabilities: Json): string | undefined {
  const { method, params } = (wish ?? {}) as { method?: unknown; params?: Json };
  const kind = typeof method === 'string' ? SERVER_REQUESTS.get(method) : undefined;
  if (kind === undefined) return 'an input request of an unknown kind';
  const declared = capabilities[kind] as Json | null | undefined;
  if (declared === undefined || declared === null) return `a ${kind} request the client cannot answer`;
  if (kind === 'elicitation' && params?.mode === 'url' && declared.url === undefined)
    return 'a link the client cannot open';
  if (kind === 'elicitation' && params?.mode !== 'url' && declared.form === undefined && declared.url !== undefined) {
    return 'a form the client cannot show';
  }
  if (kind === 'sampling' && params?.tools !== undefined && declared.tools === undefined) {
    return 'a sampling request with tools the client cannot use';
  }
  return undefined;
}

/** The same call has the same digest however its JSON is laid out. */
function digestOf(method: string, { resource: { type, id } }: Subject, params: Payload): string {
  const args = params.member('arguments')?.json();
  const text = JSON.stringify([method, type, id, canonical(args)]);
  return createHash('sha256').update(text).digest('base64url');
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, canonical((value as Json)[key])]);
}

function withState(body: Payload, sealed: string): Payload {
  const old = body.span('requestState');
  if (old !== undefined) return body.splice([{ start: old.start, end: old.end, text: sealed }]);
  return body.splice([insertionOf(body, `"requestState":${sealed}`)]);
}
