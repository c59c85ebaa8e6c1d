import type { Call } from '../../model/call.ts';
import { deny, PASS, pass, type Verdict } from '../../model/decision.ts';
import { FLAGGED, type FlowMemory } from '../../model/flow-memory.ts';
import type { Channel } from '../../model/inspection.ts';
import { type Later, then } from '../../model/later.ts';
import { scopeOf } from '../../policy/scope.ts';
import type { Payload } from '../../wire/payload.ts';
import { actOn, type Treatment } from './acting.ts';
import { type Examined, findingsOf, outcomeOf } from './examined.ts';
import type { Examiner } from './examiner.ts';
import { codeOf, refusal, unjudged } from './reasons.ts';
import { redaction } from './redact.ts';

/** Instructions are what a server says of itself; all else it says unasked is like an answer. */
export function channelOf({ action }: Call): Channel {
  return action === 'initialize' ? 'description' : 'result';
}

/**
 * What servers say unasked. Instructions can wait until everybody was asked; nothing waits for a verdict on progress and
 * log messages, so only our own judge is asked about them, and what is too long to be read at once counts as not looked at.
 */
export class NoticesJudge {
  readonly #treatment: Treatment;
  readonly #flows: FlowMemory;
  /** One log message goes to many clients. */
  readonly #examined = new WeakMap<Payload, Examined>();

  constructor(treatment: Treatment, flows: FlowMemory) {
    this.#treatment = treatment;
    this.#flows = flows;
  }

  judge(told: Call, examiner: Examiner): Later<Verdict> {
    const { params } = told;
    if (params === undefined) return PASS;
    const channel = channelOf(told);
    const read = (body: Payload) =>
      channel === 'description' ? examiner.examine(body, channel) : this.#readNow(body, examiner);
    return then(read(params), (examined): Later<Verdict> => {
      const threshold = this.#treatment.config.blockThreshold;
      const outcome = outcomeOf(examined, threshold);
      if (examined.failed !== undefined) return deny(unjudged(examined.failed), examined.remarks);
      const act = actOn(this.#treatment, channel, outcome);
      if (act === 'pass') return PASS;
      if (channel === 'result' && outcome !== 'unseen') this.#flows.mark(scopeOf(told), [FLAGGED]);
      const findings = [codeOf(channel, outcome), ...findingsOf(examined)];
      if (act === 'record' || act === 'flag') return pass({ findings });
      const refused = deny(refusal(channel, outcome, examined), findings);
      const edit = act === 'block' ? undefined : redaction(examined.pieces, [...examined.structural, ...examined.hits]);
      if (edit === undefined) return refused;
      return then(read(edit.apply(params)), (again) =>
        outcomeOf(again, threshold) === 'clean' ? pass({ findings, edits: [edit] }) : refused,
      );
    });
  }

  #readNow(body: Payload, examiner: Examiner): Examined {
    const examined = this.#examined.get(body) ?? examiner.examineNow(body, 'result');
    this.#examined.set(body, examined);
    return examined;
  }
}
