import type { RoundAnswer } from '../../model/approvals.ts';
import type { Answer, Reply } from '../../model/call.ts';
import { asObject, type Json } from '../../model/json.ts';
import { urlElicitationsOf } from '../../translate/errors.ts';
import { inputRequiredResult } from '../../translate/input-requests.ts';
import { insertionOf } from '../../wire/insert.ts';
import { type Cut, Payload } from '../../wire/payload.ts';
import { removalsOf } from '../../wire/remove.ts';
import { rewriteStrings } from '../../wire/rewrite.ts';
import type { AgreedCall } from '../agreed-call.ts';
import { METHODS_WITH_ROUNDS } from '../bridge/across.ts';
import { issueState, takeState } from '../bridge/round-state.ts';
import { wishesProblem } from '../bridge/wishes.ts';
import type { ParkedCall, Request, Session } from '../ports.ts';
import { invalidAnswer } from '../refusal.ts';
import type { Subject } from '../subject.ts';

/** Under what a client finds our question among what it is asked, and brings back the answer. */
export const APPROVAL_KEY = 'dev.sallyport/approval';

/** Rounds one call may take before its server is taken to go in circles. */
export const MOST_ROUNDS = 10;

/** The next round of a call: what to put into its parameters. */
export interface Round {
  readonly round: number;
  readonly cuts: readonly Cut[];
  /** The call that waits for the answers this request brings; nothing is asked anew. */
  readonly parked?: ParkedCall;
  /** What the client was asked of us, and brings back. */
  readonly approval?: RoundAnswer;
  /** What a person has agreed to of the call this goes on with. */
  readonly agreed?: AgreedCall | undefined;
}

/** Whether the request was counted when it was made for the first time, and comes again with what a person said. */
export function isCounted(round: Round | undefined): boolean {
  return round?.approval !== undefined && round.round === 1;
}

/**
 * A modern server has answered a call with "input required" (2026-07-28, patterns/mrtr). The client gets a state
 * of ours around the server's, bound to principal, backend and arguments, good for one use; every round is a new
 * request that passes the whole policy again. The server's wish is checked against what this client can do.
 */
export function beginRound(request: Request, subject: Subject, round: number, reply: Reply): Answer {
  const { session, frame, caller } = request;
  const { name } = subject.backend;
  const problem = problemWith(frame.method, reply.body, caller.capabilities, round);
  if (problem !== undefined) return invalidAnswer(name, problem);
  const state = issueState(request, subject, round, { state: reply.body.member('requestState')?.text() ?? null });
  const body = withState(reply.body, state);
  return { ok: true, body: session.engine.prefixed ? namedWishes(body, name) : body };
}

/** What a request that continues a call must carry instead of our state; undefined when it begins one. */
export function resumeRound(
  session: Session,
  method: string,
  subject: Subject,
  params: Payload,
): Round | 'invalid' | undefined {
  const span = params.span('requestState');
  // Answers without a state are for a server that keeps none; it asks again for what it misses in them.
  if (span === undefined) return undefined;
  const opened = takeState(session, method, subject, params);
  if (opened === undefined) return 'invalid';
  const { round, state, parked } = opened;
  const agreed = opened.agreed ?? undefined;
  if (opened.approval !== null) {
    const reply = params.member('inputResponses')?.member(APPROVAL_KEY);
    return {
      round,
      cuts: removalsOf(params, ['requestState', 'inputResponses']),
      approval: { request: opened.approval, reply },
    };
  }
  if (parked !== null) {
    const call = session.account.parked.get(parked);
    return call === undefined ? 'invalid' : { round, cuts: [], parked: call, agreed };
  }
  if (state !== null) return { round, cuts: [{ start: span.start, end: span.end, text: state }], agreed };
  // A server must not see a state it did not issue, and a legacy one no answers to questions it did not put like this.
  const ours = subject.backend.era === 'legacy' ? ['requestState', 'inputResponses'] : ['requestState'];
  return { round, cuts: removalsOf(params, ours), agreed };
}

/**
 * A legacy server that wants links opened before it does what it was asked says so with an error (2025-11-25, -32042).
 * A modern client that can open links is asked to, and its next request makes the call again, since nothing was done.
 */
export function linksFirst(request: Request, subject: Subject, round: number, error: Payload): Answer | undefined {
  const { frame, caller, session } = request;
  const links = caller.era === 'modern' ? urlElicitationsOf(error) : [];
  const elicitation = asObject(caller.capabilities.elicitation);
  if (links.length === 0 || elicitation?.url === undefined || !METHODS_WITH_ROUNDS.has(frame.method)) return undefined;
  if (round >= MOST_ROUNDS) return invalidAnswer(subject.backend.name, `links wanted more than ${MOST_ROUNDS} times`);
  const wishes = links.map(({ url, message }, index) => {
    const params = Payload.of(JSON.stringify({ mode: 'url', url, message }));
    return { key: `${index + 1}`, method: 'elicitation/create', params };
  });
  const state = issueState(request, subject, round, {});
  const body = inputRequiredResult(wishes, JSON.parse(state) as string);
  return { ok: true, body: session.engine.prefixed ? namedWishes(body, subject.backend.name) : body };
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

/** The client sees one server, the gateway, so a person must be told which backend asks. */
export function namedWishes(body: Payload, backend: string): Payload {
  return rewriteStrings(
    body,
    [['inputRequests', '*', 'params', 'message']],
    'inputRequests',
    (text) => `[${backend}] ${text}`,
  );
}

function withState(body: Payload, sealed: string): Payload {
  const old = body.span('requestState');
  if (old !== undefined) return body.splice([{ start: old.start, end: old.end, text: sealed }]);
  return body.splice([insertionOf(body, `"requestState":${sealed}`)]);
}
