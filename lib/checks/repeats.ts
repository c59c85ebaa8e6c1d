import { createHash } from 'node:crypto';
import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { deny, PASS, pass, type Verdict } from '../model/decision.ts';
import { type CheckTools, defineCheck, type Judge } from '../policy/check.ts';
import { scopeOf } from '../policy/scope.ts';
import type { PolicyState } from '../policy/state.ts';
import { type RepeatLimit, Repeats } from '../quota/repeats.ts';
import type { Payload } from '../wire/payload.ts';
import { canonicalJson } from './canonical-json.ts';

/** Arguments beyond this are compared by their bytes, so that comparing them never takes long. */
const MOST_CANONICAL_BYTES = 16 * 1024;

/** A loop of a model makes the same call again at each turn; a person or a program that means it seldom does. */
const ACTING: RepeatLimit = { inARow: 10, inAll: 30 };
/** What only reads is polled, by programs once a second: that many fit into a minute when none comes late. */
const READING: RepeatLimit = { inARow: 61, inAll: 61 };
/** What a client does besides, so that a call after it is no mere repetition; listing and waiting is nothing new. */
const SOMETHING_ELSE: ReadonlySet<string> = new Set(['prompts/get', 'resources/read', 'completion/complete']);

/**
 * The loop guard: one session makes the same call, same tool and same arguments, again and again. Only calls of tools
 * are looked at; reading resources and asking after tasks is how a client waits.
 */
export const repeats = defineCheck({
  id: 'repeats',
  about: 'Stops a session that makes the same call again and again.',
  create: (config, tools) => new RepeatsJudge(config, tools),
});

/** What was seen lives as long as the state of the gateway does, so that a reload does not end a watch. */
const MEMORIES = new WeakMap<PolicyState, Repeats>();

class RepeatsJudge implements Judge {
  readonly #baseline: Config['policies']['baseline']['repeated_calls'];
  readonly #tools: CheckTools;
  readonly #seen: Repeats;

  constructor({ policies }: Config, tools: CheckTools) {
    this.#baseline = policies.baseline.repeated_calls;
    this.#tools = tools;
    this.#seen = MEMORIES.get(tools.state) ?? new Repeats(tools.state.clock);
    MEMORIES.set(tools.state, this.#seen);
  }

  call(call: Call): Verdict {
    if (this.#baseline.value === 'allow' || call.again === true) return PASS;
    if (SOMETHING_ELSE.has(call.action)) this.#seen.interrupt(scopeOf(call));
    if (call.action !== 'tools/call') return PASS;
    const retryAfterMs = this.#seen.note(scopeOf(call), digestOf(call), this.#limit(call));
    if (retryAfterMs === 0) return PASS;
    const { value, rule, source } = this.#baseline;
    const about = { rule, source, fix: `${rule}: allow`, retry: 'later', retryAfterMs } as const;
    const text = 'the same call was made again and again; do something else';
    if (value === 'deny') return deny({ ...about, code: 'SP3034', text });
    return pass({ approval: { ...about, code: 'SP6003', text: `${text}, or let a person agree` } });
  }

  /** That a server calls its own tool harmless is enough here: at most it is polled more often. */
  #limit({ resource, facts }: Call): RepeatLimit {
    const reads = facts.tool?.annotations['readOnlyHint'] === true;
    return reads || this.#tools.book.effectOf(resource, facts.tool).kind === 'read' ? READING : ACTING;
  }
}

function digestOf({ resource, args }: Call): string {
  const hash = createHash('sha256').update(`${resource.backend}/${resource.id}\0`);
  return (args === undefined ? hash : hash.update(compared(args))).digest('base64');
}

function compared(args: Payload): string | Buffer {
  return args.size > MOST_CANONICAL_BYTES ? args.bytes() : canonicalJson(args.json());
}
