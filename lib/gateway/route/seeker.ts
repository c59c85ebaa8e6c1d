import type { AskAgain, ClientWay, Seeker } from '../../model/approvals.ts';
import { asObject } from '../../model/json.ts';
import { inputRequiredResult } from '../../translate/input-requests.ts';
import { Payload } from '../../wire/payload.ts';
import { METHODS_WITH_ROUNDS } from '../bridge/across.ts';
import { issueState } from '../bridge/round-state.ts';
import type { Request } from '../ports.ts';
import { progressTokenOf } from '../progress-token.ts';
import type { Refusal } from '../refusal.ts';
import { revisionOf } from '../revision.ts';
import type { Subject } from '../subject.ts';
import { APPROVAL_KEY, MOST_ROUNDS, type Round } from './rounds.ts';

/** Progress of a call that has not begun: hardly less than nothing, so less than any its server reports, and more each time. */
const FIRST_BEAT = -0.001;

/** How whoever sits at the client of `request` can be asked whether they agree to it. */
export function seekerOf(request: Request, round: Round): Seeker {
  let beats = 0;
  const token = request.frame.params && progressTokenOf(request.frame.params)?.raw;
  return {
    way: wayTo(request, round),
    beat: (message) => {
      if (token === undefined) return;
      const progress = FIRST_BEAT / ++beats;
      const params = Payload.of(
        `{"progressToken":${token},"progress":${progress},"message":${JSON.stringify(message)}}`,
      );
      request.session.engine.turn.run(() => request.session.notify('notifications/progress', params, request.outlet));
    },
  };
}

/** A client is asked in the words of its era; what the answers to its own server's questions need is not overlaid. */
function wayTo(request: Request, { round, approval, parked }: Round): ClientWay {
  const { caller, session, frame, outlet } = request;
  const elicitation = asObject(caller.capabilities.elicitation);
  const forms = elicitation !== undefined && (elicitation.url === undefined || elicitation.form !== undefined);
  if (!forms) return { kind: 'none' };
  const words = {
    enumNames: revisionOf(session, caller) < '2025-11-25',
    modes: elicitation.form !== undefined || elicitation.url !== undefined,
  };
  if (caller.era === 'legacy') {
    return { kind: 'question', words, put: (params, answered) => session.questions.own(params, outlet, answered) };
  }
  if (!METHODS_WITH_ROUNDS.has(frame.method) || parked !== undefined) return { kind: 'none' };
  if ((approval === undefined && round > 0) || round >= MOST_ROUNDS) return { kind: 'none' };
  return { kind: 'round', words, answered: approval };
}

/** The answer that has a modern client ask, and make the call again with a state that says what for. */
export function approvalRound(request: Request, subject: Subject, { round }: Round, asked: AskAgain): Refusal {
  const state = issueState(request, subject, round, { approval: asked.request });
  const wish = { key: APPROVAL_KEY, method: 'elicitation/create', params: asked.params };
  return { ok: true, body: inputRequiredResult([wish], JSON.parse(state) as string) };
}
