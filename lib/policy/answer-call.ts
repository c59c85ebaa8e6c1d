import type { Call, Reply } from '../model/call.ts';

/** What a client answers a server, as the call it amounts to: it brings data to a backend like any other. */
export function answerCall(call: Call, reply: Reply): Call {
  const { backend } = call.resource;
  return {
    ...call,
    direction: 'to-backend',
    action: `answer:${call.action}`,
    resource: { backend, type: 'client', id: call.resource.id },
    params: reply.body,
    args: undefined,
    facts: { size: reply.body.size, inFlight: 0, openQuestions: 0, structured: false },
  };
}
