import { randomUUID } from 'node:crypto';
import type { Loss } from '../../model/call.ts';
import { SERVER_REQUESTS } from '../../protocol/methods.ts';
import { META } from '../../protocol/revisions.ts';
import { modernCapabilities } from '../../translate/client-capabilities.ts';
import type { InputRequest, inputRequestsOf } from '../../translate/input-requests.ts';
import { withAdded, withChanged } from '../../translate/members.ts';
import { legacyElicitation } from '../../translate/questions.ts';
import { samplingAnswerForBackend, samplingForClient } from '../../translate/sampling.ts';
import { Payload } from '../../wire/payload.ts';
import type { Backend, Request } from '../ports.ts';
import type { Refusal } from '../refusal.ts';
import { revisionOf } from '../revision.ts';
import { wishesProblem } from './wishes.ts';

/** Things a server may want to know at a time. */
const MOST_WISHES = 4;

/** A client's answer to one input request, under its key. */
export type Answered = readonly [key: string, answer: Payload];

/** How it went: what the client answered, or why there is nothing to go on with. */
export type Put = { readonly answers: readonly Answered[] } | { readonly loss: Loss } | 'cancelled';

/** Answers to input requests have no form for errors, so a call that asks what the client will not tell ends. */
const REFUSED = { code: 'SP3025', text: 'the client refused what the server needs to know for this call' } as const;

/** Why the `wishes` read from `body` cannot be put to a legacy client; undefined when they can. */
export function problemWith(
  { caller }: Request,
  body: Payload,
  wishes: Exclude<ReturnType<typeof inputRequestsOf>, undefined>,
): string | undefined {
  if (wishes === 'malformed') return 'input requests that are not a map';
  if (wishes.length > MOST_WISHES) return `more than ${MOST_WISHES} input requests at a time`;
  return wishesProblem(body.member('inputRequests')!.json(), modernCapabilities(caller.capabilities));
}

/**
 * Puts what a modern server wants to know to a legacy client, as a legacy server would, each question through policy.
 * `taskId` is the task it belongs to, if it does. What this answers takes the questions back.
 */
export function putToClient(
  request: Request,
  backend: Backend,
  wishes: readonly InputRequest[],
  taskId: string | undefined,
  then: (put: Put) => void,
): () => void {
  const { session, caller, outlet } = request;
  const answers: Answered[] = [];
  const withdrawals: (() => void)[] = [];
  let over = false;
  const finish = (put: Put) => {
    if (over) return;
    over = true;
    for (const withdraw of withdrawals) withdraw();
    then(put);
  };
  for (const { key, method, params } of wishes) {
    if (over) break;
    const words = params && inLegacyWords(method, params, revisionOf(session, caller));
    const asked = { method, params: taskId === undefined ? words : related(words, taskId), size: params?.size ?? 0 };
    const answered = (refusal: Refusal | undefined) => {
      if (refusal === undefined) return finish('cancelled');
      const answer = answerOf(method, params, refusal, backend.facts?.version ?? '');
      if (answer === undefined) return finish({ loss: REFUSED });
      answers.push([key, answer]);
      if (answers.length === wishes.length) finish({ answers });
    };
    withdrawals.push(session.questions.ask(backend, asked, SERVER_REQUESTS.get(method)!, outlet, answered));
  }
  return () => {
    if (over) return;
    over = true;
    for (const withdraw of withdrawals) withdraw();
  };
}

function inLegacyWords(method: string, params: Payload, to: string): Payload {
  if (method === 'elicitation/create') return legacyElicitation(params, randomUUID());
  return method === 'sampling/createMessage' ? samplingForClient(params, to) : params;
}

/** 2025-11-25 says in a question which task it belongs to. */
function related(params: Payload | undefined, taskId: string): Payload {
  const member = `"${META.relatedTask}":${JSON.stringify({ taskId })}`;
  if (params === undefined) return Payload.of(`{"_meta":{${member}}}`);
  if (!params.has('_meta')) return withAdded(params, '_meta', `{${member}}`);
  return withChanged(params, '_meta', (meta) => withAdded(meta, META.relatedTask, JSON.stringify({ taskId })));
}

/** What goes into `inputResponses`; undefined for a refusal there is no form for. */
function answerOf(method: string, params: Payload | undefined, { ok, body }: Refusal, to: string): Payload | undefined {
  if (!ok) return method === 'elicitation/create' ? Payload.of('{"action":"cancel"}') : undefined;
  if (method !== 'sampling/createMessage') return body;
  return samplingAnswerForBackend(body, to, params?.has('tools') === true);
}
