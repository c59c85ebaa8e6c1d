import type { Call, Loss } from '../model/call.ts';
import { CODES, type Code } from '../model/codes.ts';
import type { Reason } from '../model/decision.ts';
import { safeJson } from '../model/safe-json.ts';
import { RPC } from '../protocol/revisions.ts';
import type { RpcId } from '../wire/frame.ts';
import { Payload } from '../wire/payload.ts';
import { errorLine, type Line, resultLine } from '../wire/writer.ts';

/** What is sent instead of an answer: a result, or an error object. */
export interface Refusal {
  readonly ok: boolean;
  readonly body: Payload;
}

/** The line that answers the request `id` with it. */
export function refusalLine(id: RpcId, { ok, body }: Refusal): Line {
  return ok ? resultLine(id.raw, body) : errorLine(id.raw, body);
}

/** Passes on what the client is told of `call`, once its trace knows; undefined where nobody waits any more. */
export function told<Told extends Refusal | undefined>({ trace }: Call, refusal: Told): Told {
  trace?.answered(refusal?.ok === false ? refusal.body.member('code')?.text() : undefined);
  return refusal;
}

/** What the log says of it. */
export function detailOf({ body }: Refusal): string {
  return body.string('message') ?? body.text();
}

/** `_meta` key of the object programs read; the text beside it is for the model. */
const DENIAL = 'dev.sallyport/denial';

/** A JSON-RPC error. `data` must be safe to show to the peer. */
export function rpcError(code: number, message: string, data?: unknown): Refusal {
  const json = data === undefined ? { code, message } : { code, message, data };
  return { ok: false, body: Payload.of(safeJson(json)) };
}

/** What a request for something that does not exist is told; the same text when it is merely hidden. */
export function notFound(type: string, shown: string, legacy: boolean): Refusal {
  if (type === 'tool') return rpcError(RPC.invalidParams, `Unknown tool: ${shown}`);
  if (type === 'prompt') return rpcError(RPC.invalidParams, `Unknown prompt: ${shown}`);
  if (type === 'task') return rpcError(RPC.invalidParams, 'Unknown task');
  return rpcError(legacy ? RPC.resourceNotFound : RPC.invalidParams, 'Resource not found', { uri: shown });
}

const ADVICE = {
  never: 'Trying again will not help.',
  later: 'Trying again later can help.',
  after_approval: 'Trying again before that will not help.',
} as const;

/**
 * How a denial reads for its asker (docs/adr/0006). A called tool answers with a result the model can read;
 * every other method with an error of ours. Neither says what exactly was matched.
 */
export function denied(call: Call, reason: Reason): Refusal {
  if (call.direction === 'to-client') return declined(call, reason);
  if (call.action !== 'tools/call') return deniedAsError(call, reason);
  const advice = ADVICE[reason.retry ?? 'never'];
  const text = `Refused by policy: ${reason.text} (${reason.code}, decision ${call.id}). ${advice}`;
  return toolError(call, text, denialOf(call, reason));
}

/** The same as an error whatever was asked, for a client that hears of it from its transport as well. */
export function deniedAsError(call: Call, reason: Reason): Refusal {
  const code = reason.retry === 'later' ? RPC.limited : RPC.denied;
  return rpcError(code, sentence(reason), { [DENIAL]: denialOf(call, reason) });
}

function denialOf(call: Call, reason: Reason): unknown {
  return {
    code: reason.code,
    decision: call.id,
    reason: reason.text,
    retry: reason.retry ?? 'never',
    ...(reason.retryAfterMs === undefined ? {} : { retryAfterMs: reason.retryAfterMs }),
    ...(reason.scopes === undefined ? {} : { scopes: reason.scopes }),
  };
}

/** What a client is told that has more requests running than one client may. */
export function tooBusy(): Refusal {
  const reason = 'too many requests are running; wait for one to end';
  const denial = { code: 'SP3013', reason, retry: 'later', retryAfterMs: 1000 };
  return rpcError(RPC.limited, 'Too many requests are running (SP3013)', { [DENIAL]: denial });
}

/** How the failure of a backend reads for the asker. The call may have taken effect, and it says so. */
export function lost(call: Call, loss: Loss): Refusal {
  const denial = {
    code: loss.code,
    decision: call.id,
    reason: loss.text,
    retry: loss.retryAfterMs === undefined ? 'never' : 'later',
    ...(loss.retryAfterMs === undefined ? {} : { retryAfterMs: loss.retryAfterMs }),
  };
  if (call.action === 'tools/call') return toolError(call, `${loss.text} (${loss.code}, decision ${call.id}).`, denial);
  return rpcError(lossCode(loss.code), `${loss.text} (${loss.code})`, { [DENIAL]: denial });
}

function lossCode(code: Code): number {
  if (code === 'SP5003') return RPC.timedOut;
  if (code === 'SP5004' || code === 'SP5005') return RPC.limited;
  return code === 'SP5006' ? RPC.internal : RPC.backendFailed;
}

/** A backend whose question is refused sees what it would see if the person said no. */
function declined(call: Call, reason: Reason): Refusal {
  if (call.action === 'elicitation/create') return { ok: true, body: Payload.of('{"action":"decline"}') };
  return rpcError(RPC.denied, sentence(reason));
}

function toolError(call: Call, text: string, denial: unknown): Refusal {
  const modern = call.era === 'modern' ? { resultType: 'complete' } : {};
  const result = { ...modern, content: [{ type: 'text', text }], isError: true, _meta: { [DENIAL]: denial } };
  return { ok: true, body: Payload.of(safeJson(result)) };
}

function sentence(reason: Reason): string {
  return `${CODES[reason.code].meaning.replace(/\.$/, '')} (${reason.code})`;
}

/** The loss of an answer of `backend` that cannot be passed on. */
export function invalidAnswer(backend: string, what: string): { readonly loss: Loss } {
  return { loss: { code: 'SP5006', text: `${backend} sent an invalid answer: ${what}` } };
}
