import type { Outcome } from '../model/audit.ts';
import type { Call, Reply } from '../model/call.ts';
import type { Decision } from '../model/decision.ts';
import type { Payload } from '../wire/payload.ts';
import type { Refusal } from './refusal.ts';

/** A reply as policy edited it. */
export function edited(reply: Reply, decision: Decision): Refusal {
  return decision.edits.length === 0 ? reply : { ok: reply.ok, body: applied(reply.body, decision) };
}

/** A call as it is sent after policy has edited it. */
export function withParams(call: Call, params: Payload | undefined): Call {
  const args = params?.member(call.action === 'completion/complete' ? 'argument' : 'arguments');
  return { ...call, params, args };
}

export function hidesEdits({ edits }: Decision): boolean {
  return edits.some(({ unrecorded }) => unrecorded);
}

function forRecord(decision: Decision): Decision {
  return { ...decision, edits: decision.edits.filter(({ unrecorded }) => unrecorded !== true) };
}

/** A call as the log and people see it: as it will be sent, but for what must not be written down. */
export function asRecorded(call: Call, decision: Decision): Call {
  if (call.params === undefined || decision.edits.length === 0) return call;
  const shown = applied(call.params, forRecord(decision));
  return shown === call.params ? call : withParams(call, shown);
}

/** In observe mode edits are recorded and not made. */
export function applied(body: Payload, decision: Decision): Payload {
  if (!decision.enforced) return body;
  let result = body;
  for (const edit of decision.edits) result = edit.apply(result);
  return result;
}

/** How a call ended that was answered. */
export function outcomeOf({ action }: Call, { ok, body }: Refusal): Outcome {
  if (!ok) return 'error';
  const failed = action === 'tools/call' && body.member('isError')?.text() === 'true';
  return failed ? 'tool_error' : 'ok';
}
