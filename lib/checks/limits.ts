import type { Call, Reply } from '../model/call.ts';
import type { Config, Limits } from '../model/config.ts';
import { deny, type Pass, pass, type Verdict } from '../model/decision.ts';
import { defineCheck, type Judge } from '../policy/check.ts';
import type { Payload } from '../wire/payload.ts';
import { reachesDepth } from '../wire/walk.ts';
import { truncate } from './truncate.ts';

/** How much a call may take: bytes there and back, time, calls at once, nesting. */
export const limits = defineCheck({
  id: 'limits',
  about: 'Bounds request and response bytes, execution time, concurrent calls and nesting.',
  create: (config) => new LimitsJudge(config),
});

/** The limits of a backend, and the answer for a call that keeps them all. */
interface Bounds extends Limits {
  readonly within: Pass;
}

class LimitsJudge implements Judge {
  readonly #common: Bounds;
  readonly #byBackend: ReadonlyMap<string, Bounds>;

  constructor(config: Config) {
    this.#common = boundsOf(config.limits);
    this.#byBackend = new Map(config.backends.map((backend) => [backend.name, boundsOf(backend.limits)]));
  }

  call(call: Call): Verdict {
    if (call.direction === 'to-client') return pass();
    const limit = this.#of(call);
    const { size, inFlight } = call.facts;
    if (size > limit.maxRequestBytes) {
      return deny({
        code: 'SP3011',
        text: 'the request is larger than allowed',
        rule: 'limits.max_request_bytes',
      });
    }
    if (inFlight >= limit.maxConcurrentCalls) {
      const text = 'too many calls are running; wait for one to end';
      return deny({
        code: 'SP3013',
        text,
        rule: 'limits.max_concurrent_calls',
        retry: 'later',
        retryAfterMs: 1000,
      });
    }
    if (limit.maxJsonDepth < this.#common.maxJsonDepth && isDeeperThan(call.params, limit.maxJsonDepth)) {
      return deny({
        code: 'SP3014',
        text: 'the arguments are nested too deep',
        rule: 'limits.max_json_depth',
      });
    }
    return limit.within;
  }

  reply(call: Call, reply: Reply): Verdict {
    const limit = this.#of(call);
    if (reply.body.size <= limit.maxResponseBytes) return pass();
    const edit =
      limit.onOversize === 'truncate' && call.action === 'tools/call' && reply.ok
        ? truncate(reply.body, limit.maxResponseBytes, call.facts.structured)
        : undefined;
    if (edit !== undefined) return pass({ edits: [edit], findings: [`truncated from ${reply.body.size} bytes`] });
    const text = 'the call ran, but its answer is larger than allowed and was withheld; do not repeat it';
    return deny({ code: 'SP3012', text, rule: 'limits.max_response_bytes' });
  }

  #of(call: Call): Bounds {
    return this.#byBackend.get(call.resource.backend) ?? this.#common;
  }
}

function boundsOf(limits: Limits): Bounds {
  return { ...limits, within: pass({ timeoutMs: limits.executionTimeoutMs }) };
}

function isDeeperThan(params: Payload | undefined, most: number): boolean {
  return params !== undefined && reachesDepth(params.bytes(), most + 1);
}
