import { endAfter, Tails } from '../../inspect/tails.ts';
import type { Call, Reply } from '../../model/call.ts';
import { deny, type Edit, PASS, pass, type Verdict } from '../../model/decision.ts';
import { FLAGGED, type FlowMemory } from '../../model/flow-memory.ts';
import { type Later, then } from '../../model/later.ts';
import { scopeOf } from '../../policy/scope.ts';
import { actOn, cleaning, type Treatment } from './acting.ts';
import { type Examined, findingsOf, outcomeOf } from './examined.ts';
import type { Examiner } from './examiner.ts';
import { flagged } from './flag.ts';
import { codeOf, refusal, unjudged } from './reasons.ts';

/** Answers of servers: results and errors. What has instructions in it marks the session, whatever becomes of it. */
export class RepliesJudge {
  readonly #treatment: Treatment;
  readonly #flows: FlowMemory;
  readonly #tails = new Tails();

  constructor(treatment: Treatment, flows: FlowMemory) {
    this.#treatment = treatment;
    this.#flows = flows;
  }

  judge(call: Call, reply: Reply, examiner: Examiner): Later<Verdict> {
    const { backend, id } = call.resource;
    const [scope, tool] = [scopeOf(call), `${backend}/${id}`];
    // A sentence may begin at the end of one page and go on with the next.
    const before = this.#tails.of(scope, tool);
    return then(examiner.examine(reply.body, 'result', { before }), (examined) => {
      this.#tails.remember(scope, tool, endAfter(before, examined.end()));
      return this.#verdict(call, reply, examined, examiner);
    });
  }

  #verdict(call: Call, reply: Reply, examined: Examined, examiner: Examiner): Later<Verdict> {
    const treatment = this.#treatment;
    const outcome = outcomeOf(examined, treatment.config.blockThreshold);
    if (outcome === 'structural' || outcome === 'scored') this.#flows.mark(scopeOf(call), [FLAGGED]);
    if (examined.failed !== undefined) return deny(unjudged(examined.failed), examined.remarks);
    const act = actOn(treatment, 'result', outcome);
    if (act === 'pass') return examined.remarks.length === 0 ? PASS : pass({ findings: examined.remarks });
    const findings = findingsOf(examined);
    if (act === 'record') return pass({ findings });
    const flag: Edit = flagged(call, reply, codeOf('result', outcome), examined);
    const refused = deny(refusal('result', outcome, examined), findings);
    if (act === 'flag') return pass({ findings, edits: [flag] });
    if (act === 'block') return refused;
    return then(cleaning({ examiner, treatment }, reply.body, 'result', examined), (edit) =>
      edit === undefined ? refused : pass({ findings, edits: [edit, flag] }),
    );
  }
}
