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
}

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
  if (!canBeAsked(request)) return backend.request(asking, finish);
  return backend.era === 'legacy' ? park(crossing, done) : onceOpen(crossing, finish, done);
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

/** A legacy server may ask while it works: the call gets a process in which it is the only one that can be meant. */
function park(crossing: Crossing, done: Answered): Sent {
  const { request, subject, asking, round, translate } = crossing;
  const lanes = request.session.engine.lanes(subject.backend);
  let sent: Sent | undefined;
  const stop = lanes.take((lane: Backend) => {
    const parking = {
      subject,
      backend: lane,
      translate,
      parked: (waits: boolean) => lanes.park(lane, waits),
      over: () => {
        if (lane !== subject.backend) lane.leave(request.session);
        lanes.release(lane);
      },
    };
    sent = new ParkableCall(request, asking, round, parking, done).start();
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
