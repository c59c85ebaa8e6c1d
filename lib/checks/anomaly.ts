import type { AnomalyConfig, Habits, LearningProgress, Unusual } from '../model/anomaly.ts';
import type { Call, Reply } from '../model/call.ts';
import type { Clock } from '../model/clock.ts';
import { deny, PASS, pass, type Reason, type Verdict } from '../model/decision.ts';
import { then } from '../model/later.ts';
import { accountOf } from '../model/principal.ts';
import { argumentsOf } from '../policy/call-arguments.ts';
import { defineCheck, type Ended, type Judge } from '../policy/check.ts';

/** Calls that are unlike those a caller has made before. Where it is switched off, it is never asked. */
export const anomaly = defineCheck({
  id: 'anomaly',
  about:
    'Compares a call with what is usual of its caller and its tool: how often, how much, when, and with which arguments.',
  create: ({ anomaly: config }, { state }) => {
    if (config === undefined) return OFF;
    return then(state.habits.open(config, 'learn'), (habits) => new AnomalyJudge(config, habits, state.clock));
  },
});

const OFF: Judge = { call: () => PASS };

/** Larger arguments are not read for it; that they are so large is what is learned of them. */
const MOST_ARGUMENT_BYTES = 64 * 1024;
const ACTIONS: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);
const DAY_MS = 86_400_000;

class AnomalyJudge implements Judge {
  readonly #config: AnomalyConfig;
  readonly #habits: Habits;
  readonly #clock: Clock;

  constructor(config: AnomalyConfig, habits: Habits, clock: Clock) {
    this.#config = config;
    this.#habits = habits;
    this.#clock = clock;
  }

  call(call: Call): Verdict {
    const { id, principal, resource, facts } = call;
    if (!isJudged(call)) return PASS;
    const { learning, unusual } = this.#habits.call({
      id,
      account: accountOf(principal),
      // URIs, and names of prompts beside tools of the same name, are no tools.
      tool: `${resource.backend}/${resource.type === 'tool' ? resource.id : call.action}`,
      atMs: Math.max(0, Math.floor(this.#clock.now())),
      bytes: facts.size,
      args: facts.size > MOST_ARGUMENT_BYTES ? undefined : argumentsOf(call).values,
    });
    if (unusual !== undefined) return this.#verdict(unusual, 'call');
    return learning === undefined ? PASS : pass({ findings: [progressWords(learning)] });
  }

  reply(call: Call, reply: Reply): Verdict {
    if (!isJudged(call)) return PASS;
    const { unusual } = this.#habits.reply(call.id, reply.body.size);
    return unusual === undefined ? PASS : this.#verdict(unusual, 'answer');
  }

  ended(call: Call, { forwarded, replyBytes }: Ended): void {
    if (isJudged(call)) this.#habits.ended(call.id, forwarded, replyBytes);
  }

  /** An answer cannot wait for a person, so where one would have to agree it is withheld. */
  #verdict(unusual: Unusual, of: 'call' | 'answer'): Verdict {
    const { action, source } = this.#config;
    const findings = [sentenceOf(unusual)];
    if (action === 'flag') return pass({ findings });
    const where = { rule: 'anomaly.action', source };
    const fix = `set anomaly.action to flag, leave ${unusual.feature} out of anomaly.features, or \`sallyport anomaly forget\` what was learned`;
    if (of === 'answer') {
      const text = 'the answer is unlike those that came before, so it was withheld; the call was made';
      return deny({ code: 'SP3162', text, ...where, fix }, findings);
    }
    if (action === 'deny') {
      return deny({ code: 'SP3161', text: 'this is unlike what was done here before', ...where, fix }, findings);
    }
    const text = 'a person must agree to this first, because it is unlike what was done here before';
    const approval: Reason = { code: 'SP6003', text, ...where, fix, retry: 'after_approval' };
    return pass({ findings, approval });
  }
}

function isJudged({ direction, action }: Call): boolean {
  return direction === 'to-backend' && ACTIONS.has(action);
}

/** For people: what was usual, what was seen, and how rare that is. */
function sentenceOf({ feature, usual, seen, chance }: Unusual): string {
  return `unusual ${feature}: usual are ${usual}; this is ${seen} (fewer than 1 of ${Math.floor(1 / chance)} calls)`;
}

function progressWords({ calls, callsNeeded, ms, msNeeded }: LearningProgress): string {
  const days = (value: number) => (value / DAY_MS).toFixed(1);
  return `still learning: ${calls} of ${callsNeeded} calls, ${days(ms)} of ${days(msNeeded)} days; nothing is flagged yet`;
}
