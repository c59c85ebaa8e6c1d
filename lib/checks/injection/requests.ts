import type { Piece } from '../../inspect/assessment.ts';
import type { Call } from '../../model/call.ts';
import { deny, type Edit, PASS, pass, type Verdict } from '../../model/decision.ts';
import type { Channel } from '../../model/inspection.ts';
import { type Later, then } from '../../model/later.ts';
import { actOn, cleaning, type Treatment } from './acting.ts';
import { findingsOf, outcomeOf } from './examined.ts';
import type { Examiner } from './examiner.ts';
import { marked } from './flag.ts';
import { codeOf, refusal, unjudged } from './reasons.ts';

/** What is sealed by the gateway itself, and is no text. */
const isText = ({ at }: Piece): boolean => at !== '/requestState';

/** What clients ask servers, and servers clients: arguments, answers, questions. */
export class RequestsJudge {
  readonly #treatment: Treatment;

  constructor(treatment: Treatment) {
    this.#treatment = treatment;
  }

  judge(call: Call, channel: Channel, examiner: Examiner): Later<Verdict> {
    const { params } = call;
    if (params === undefined) return PASS;
    const treatment = this.#treatment;
    const looksAt = params.has('requestState') ? isText : undefined;
    return then(examiner.examine(params, channel, { looksAt }), (examined): Later<Verdict> => {
      if (examined.failed !== undefined) return deny(unjudged(examined.failed), examined.remarks);
      const outcome = outcomeOf(examined, treatment.config.blockThreshold);
      const act = actOn(treatment, channel, outcome);
      if (act === 'pass') return examined.remarks.length === 0 ? PASS : pass({ findings: examined.remarks });
      const findings = findingsOf(examined);
      if (act === 'block') return deny(refusal(channel, outcome, examined), findings);
      // A server is sent what its client wrote; a client is told what was found in a question.
      const code = codeOf(channel, outcome);
      const flag: Edit = { name: 'flag', apply: (body) => marked(body, code, examined) };
      if (act !== 'redact') {
        const tells = act === 'flag' && call.direction === 'to-client';
        return pass(tells ? { findings, edits: [flag] } : { findings });
      }
      return then(cleaning({ examiner, treatment }, params, channel, examined, looksAt), (edit) =>
        edit === undefined ? deny(refusal(channel, outcome, examined), findings) : pass({ findings, edits: [edit] }),
      );
    });
  }
}
