import type { Call } from '../model/call.ts';
import { deny, PASS, type Verdict } from '../model/decision.ts';
import { defineCheck, type Judge } from '../policy/check.ts';
import type { PolicyState } from '../policy/state.ts';

/** How soon to try again: a person must act first. */
const RETRY_MS = 60_000;

/**
 * The kill switch comes first: while it is set nothing reaches the backend, and it can ask nothing. Lists stay visible,
 * so that clients find their tools again when it is lifted; calls that run already run to their end.
 */
export const stopped = defineCheck({
  id: 'stopped',
  about: 'Denies everything while `sallyport stop` is in force, for all backends or for one.',
  create: (_config, { state }) => new StoppedJudge(state),
});

class StoppedJudge implements Judge {
  readonly #state: PolicyState;

  constructor(state: PolicyState) {
    this.#state = state;
  }

  call({ resource }: Call): Verdict {
    if (resource.type === 'list') return PASS;
    try {
      const stop = this.#state.stops.stopping(resource.backend);
      return stop === undefined ? PASS : stoppedBy(stop.backend);
    } catch {
      return deny({
        ...REASON,
        text: 'whether this was stopped by an operator cannot be told',
        rule: 'sallyport stop',
      });
    }
  }
}

const REASON = { code: 'SP3007', source: 'the kill switch', retry: 'later', retryAfterMs: RETRY_MS } as const;

function stoppedBy(backend: string | undefined): Verdict {
  const option = backend === undefined ? '' : ` --backend ${backend}`;
  return deny({
    ...REASON,
    text: backend === undefined ? 'everything was stopped by an operator' : 'this server was stopped by an operator',
    rule: `sallyport stop${option}`,
    fix: `sallyport resume${option}`,
  });
}
