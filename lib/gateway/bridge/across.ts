import type { Answer, Reply } from '../../model/call.ts';
import type { Asking, Backend, Request } from '../ports.ts';
import type { Answered, Sent } from '../question.ts';
import type { Subject } from '../subject.ts';
import { HeaderRetry } from './header-retry.ts';
import { LegacyRounds } from './legacy-rounds.ts';
import { ParkableCall } from './parkable-call.ts';

/** Methods a modern server may answer with "input required" (2026-07-28, basic/patterns/mrtr). */
export const METHODS_WITH_ROUNDS: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);
const TOO_MANY = {
  code: 'SP5004',
  text: 'too many calls wait for a process of their own',
  retryAfterMs: 1000,
} as const;

/** A request on its way to a backend, and how its answer reads for the client. */
export interface Crossing {
  readonly request: Request;
  readonly subject: Subject;
  readonly asking: Asking;
  readonly round: number;
  readonly translate: (request: Request, reply: Reply) => Answer;
  /** How a legacy backend is asked, where that takes more than sending the request. */
  readonly send?: Send;
}

export type Send = (backend: Backend, asking: Asking, done: (answer: Answer) => void) => Sent;

/**
 * Asks a backend for a client that may be of the other era. What a server wants to know in between reaches the client
 * in its own era; nothing is special where both speak the same.
 */
export function askAcross(crossing: Crossing, done: Answered): Sent {
  const { request, subject, asking, translate } = crossing;
  const { backend } = subject;
  const finish = (answer: Answer) => {
    if (answer === 'cancelled' || 'loss' in answer) done(answer);
    else done(() => translate(request, answer));
  };
  if (!METHODS_WITH_ROUNDS.has(asking.method) || backend.era === request.caller.era) {
    if (backend.config.remote === undefined || asking.method !== 'tools/call') return backend.request(asking, finish);
    return new HeaderRetry(backend, asking, finish);
  }
  if (request.caller.era === 'legacy') return new LegacyRounds(request, backend, asking, finish);
  const { send = plainly } = crossing;
  if (!canBeAsked(request)) return send(backend, asking, finish);
  return backend.era === 'legacy' ? park(crossing, done) : onceOpen(crossing, finish, done);
}

function plainly(backend: Backend, asking: Asking, done: (answer: Answer) => void): Sent {
  return backend.request(asking, done);
}

function canBeAsked({ caller: { capabilities } }: Request): boolean {
  return ['elicitation', 'sampling', 'roots'].some((kind) => (capabilities[kind] ?? undefined) !== undefined);
}

/** The era is known once the backend is open. */
function onceOpen(crossing: Crossing, finish: (answer: Answer) => void, done: Answered): Sent {
  const { subject, asking, request } = crossing;
  let sent: Sent | undefined;
  let over = false;
  subject.backend.open(request.session, (outage) => {
    if (over) return;
    if (outage !== undefined) return done({ loss: { code: outage.code, text: outage.text } });
    sent = subject.backend.era === 'legacy' ? park(crossing, done) : subject.backend.request(asking, finish);
  });
  const end = (act: (sent: Sent) => void) => {
    over = true;
    if (sent !== undefined) act(sent);
  };
  return { cancel: (reason) => end((it) => it.cancel(reason)), withdraw: () => end((it) => it.withdraw()) };
}

/** A legacy server may ask while it works, and the call goes on while the client is asked. */
function park(crossing: Crossing, done: Answered): Sent {
  const { request, subject, asking, round, translate, send = plainly } = crossing;
  const parking = { subject, send, translate };
  const start = (backend: Backend, parked: (waits: boolean) => void, over: () => void) =>
    new ParkableCall(request, asking, round, { ...parking, backend, parked, over }, done).start();
  if (!needsLane(crossing)) {
    return start(
      subject.backend,
      () => {},
      () => {},
    );
  }
  const lanes = request.session.engine.lanes(subject.backend);
  let sent: Sent | undefined;
  const stop = lanes.take((lane: Backend) => {
    const over = () => {
      if (lane !== subject.backend) lane.leave(request.session);
      lanes.release(lane);
    };
    sent = start(lane, (waits) => lanes.park(lane, waits), over);
  });
  if (stop === false) {
    done({ loss: TOO_MANY });
    return { cancel: () => {}, withdraw: () => {} };
  }
  const end = (act: (sent: Sent) => void) => {
    stop();
    if (sent !== undefined) act(sent);
  };
  return { cancel: (reason) => end((it) => it.cancel(reason)), withdraw: () => end((it) => it.withdraw()) };
}

/**
 * Whether the call must be the only one of a process that can be meant. Over HTTP a question comes on the stream of its
 * call, and a task can be asked after only where it was made.
 */
function needsLane({ subject: { backend }, send }: Crossing): boolean {
  const { remote } = backend.config;
  return send === undefined && (remote === undefined || remote.transport === 'sse');
}
