import type { Call, Reply } from '../model/call.ts';
import { deny, pass, type Verdict } from '../model/decision.ts';
import { defineCheck } from '../policy/check.ts';
import { readsTwoWays } from '../wire/ambiguous.ts';
import type { Payload } from '../wire/payload.ts';
import { judgeElicitation as judge } from './elicitation-rules.ts';

/** Keeps servers from asking a person for secrets or sending them to a disguised address. */
export const elicitation = defineCheck({
  id: 'elicitation',
  about: 'Refuses forms that ask for secrets and links that hide where they lead.',
  create: () => ({
    call: (call: Call): Verdict => {
      if (call.action !== 'elicitation/create') return pass();
      if (call.params !== undefined && readsTwoWays(call.params)) return deny(TWO_WAYS);
      const reason = judge(call.params?.json());
      return reason === undefined ? pass() : deny(reason);
    },
    reply: (call: Call, reply: Reply): Verdict => {
      if (questionsIn(call, reply).some(readsTwoWays)) return deny(TWO_WAYS);
      for (const question of reply.ok ? inputRequests(call, reply) : requiredLinks(reply)) {
        const reason = judge(question);
        if (reason !== undefined) return deny(reason);
      }
      return pass();
    },
  }),
});

/** Deep in a reply a key may stand twice; in a question to a person it may not, since it is judged by one reading. */
const TWO_WAYS = { code: 'SP8006', text: 'the server asked in words that can be read in two ways' } as const;

function questionsIn(call: Call, { ok, body }: Reply): Payload[] {
  const found = ok && call.direction === 'to-backend' ? body.member('inputRequests') : undefined;
  const links = ok || !isLinksError(body) ? undefined : body.member('data');
  return [found, links].filter((part) => part !== undefined);
}

/** An error that names links the user must open first (2025-11-25). */
const URL_ELICITATION_REQUIRED = -32042;

/** What a modern server or a task asks the person in place of an answer. */
function inputRequests(call: Call, { body }: Reply): unknown[] {
  const awaits = body.string('resultType') === 'input_required' || body.string('status') === 'input_required';
  if (!awaits || call.direction !== 'to-backend') return [];
  const { inputRequests: wishes } = body.json() as {
    inputRequests?: Record<string, { method?: unknown; params?: unknown } | null>;
  };
  return Object.values(wishes ?? {}).flatMap((wish) => (wish?.method === 'elicitation/create' ? [wish.params] : []));
}

function isLinksError(body: Payload): boolean {
  return Number(body.member('code')?.text()) === URL_ELICITATION_REQUIRED;
}

function requiredLinks({ body }: Reply): unknown[] {
  if (!isLinksError(body)) return [];
  const { data } = body.json() as { data?: { elicitations?: unknown } | null };
  return Array.isArray(data?.elicitations) ? data.elicitations : [];
}
