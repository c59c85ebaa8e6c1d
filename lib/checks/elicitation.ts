import type { Call, Reply } from '../model/call.ts';
import { deny, pass, type Verdict } from '../model/decision.ts';
import { defineCheck } from '../policy/check.ts';
import { judgeElicitation as judge } from './elicitation-rules.ts';

/** Keeps servers from asking a person for secrets or sending them to a disguised address. */
export const elicitation = defineCheck({
  id: 'elicitation',
  about: 'Refuses forms that ask for secrets and links that hide where they lead.',
  create: () => ({
    call: (call: Call): Verdict => {
      if (call.action !== 'elicitation/create') return pass();
      const reason = judge(call.params?.json());
      return reason === undefined ? pass() : deny(reason);
    },
    reply: (call: Call, reply: Reply): Verdict => {
      for (const question of reply.ok ? inputRequests(call, reply) : requiredLinks(reply)) {
        const reason = judge(question);
        if (reason !== undefined) return deny(reason);
      }
      return pass();
    },
  }),
});

/** An error that names links the user must open first (2025-11-25). */
const URL_ELICITATION_REQUIRED = '-32042';

/** What a modern server or a task asks the person in place of an answer. */
function inputRequests(call: Call, { body }: Reply): unknown[] {
  const awaits = body.string('resultType') === 'input_required' || body.string('status') === 'input_required';
  if (!awaits || call.direction !== 'to-backend') return [];
  const { inputRequests: wishes } = body.json() as {
    inputRequests?: Record<string, { method?: unknown; params?: unknown } | null>;
  };
  return Object.values(wishes ?? {}).flatMap((wish) => (wish?.method === 'elicitation/create' ? [wish.params] : []));
}

function requiredLinks({ body }: Reply): unknown[] {
  if (body.member('code')?.text() !== URL_ELICITATION_REQUIRED) return [];
  const { data } = body.json() as { data?: { elicitations?: unknown } | null };
  return Array.isArray(data?.elicitations) ? data.elicitations : [];
}
