import type { Answer } from '../../model/call.ts';
import { NEWEST_LEGACY } from '../../protocol/revisions.ts';
import { errorForClient } from '../../translate/errors.ts';
import type { Payload } from '../../wire/payload.ts';
import type { Crossing } from '../bridge/across.ts';
import type { Answered } from '../question.ts';
import { revisionOf } from '../revision.ts';

/** A request about a task, or for one, whose client and backend are of different eras. */
export interface TaskCrossing extends Crossing {
  /** A result in the client's dialect with the task ids and URIs the client knows. */
  readonly expose: (body: Payload) => Payload;
}

/** Hands on what the backend answers, with `change` made to a result. */
export function relayed(
  crossing: TaskCrossing,
  done: Answered,
  change: (body: Payload) => Payload,
): (answer: Answer) => void {
  return (answer) => {
    if (answer === 'cancelled' || 'loss' in answer) return done(answer);
    done(() =>
      answer.ok
        ? { ok: true, body: crossing.expose(change(answer.body)) }
        : { ok: false, body: errorAcross(crossing, answer.body) },
    );
  };
}

/** A backend's error in the client's revision. */
export function errorAcross({ request, subject, asking }: TaskCrossing, error: Payload): Payload {
  const from = subject.backend.facts?.version ?? NEWEST_LEGACY;
  return errorForClient(asking.method, error, from, revisionOf(request.session, request.caller));
}
