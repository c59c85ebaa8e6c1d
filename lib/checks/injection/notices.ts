import { endAfter, Tails } from '../../inspect/tails.ts';
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

/** Members in which progress, log messages and tasks say something; the others are of the protocol. */
const SAID = ['message', 'data', 'statusMessage'] as const;
/** What is longer counts as not looked at in any case. */
const LONGEST_SAID = 16 * 1024;

/**
 * What servers say unasked. Instructions can wait until everybody was asked; nothing waits for a verdict on progress and
 * log messages, so only our own judge is asked about them, and what is too long to be read at once counts as not looked at.
 */
export class NoticesJudge {
  readonly #treatment: Treatment;
  readonly #flows: FlowMemory;
  /** One log message goes to many clients. */
  readonly #examined = new WeakMap<Payload, Examined>();
  readonly #tails = new Tails();

  constructor(treatment: Treatment, flows: FlowMemory) {
    this.#treatment = treatment;
    this.#flows = flows;
  }

  judge(told: Call, examiner: Examiner): Later<Verdict> {
    const { params } = told;
    if (params === undefined) return PASS;
    const channel = channelOf(told);
    if (channel === 'description') {
      const read = (body: Payload) => examiner.examine(body, channel);
      return then(read(params), (examined) => this.#verdict(told, params, examined, read));
    }
    const read = (body: Payload) => this.#readNow(body, examiner);
    const continued = this.#continued(told, params, examiner);
    const verdict = this.#verdict(told, params, read(params), read);
    return continued === undefined
      ? verdict
      : then(verdict, (first) => (first.pass ? this.#verdict(told, params, continued, undefined) : first));
  }

  /** `read` reads what is left when something was taken out; without it nothing can be. */
  #verdict(
    told: Call,
    params: Payload,
    examined: Examined,
    read: ((body: Payload) => Later<Examined>) | undefined,
  ): Later<Verdict> {
    const channel = channelOf(told);
    const threshold = this.#treatment.config.blockThreshold;
    const outcome = outcomeOf(examined, threshold);
    if (examined.failed !== undefined) return deny(unjudged(examined.failed), examined.remarks);
    const act = actOn(this.#treatment, channel, outcome);
    if (act === 'pass') return PASS;
    if (channel === 'result' && outcome !== 'unseen') this.#flows.mark(scopeOf(told), [FLAGGED]);
    const findings = [codeOf(channel, outcome), ...findingsOf(examined)];
    if (act === 'record' || act === 'flag') return pass({ findings });
    const refused = deny(refusal(channel, outcome, examined), findings);
    const cleans = act !== 'block' && read !== undefined;
    const edit = cleans ? redaction(examined.pieces, [...examined.structural, ...examined.hits]) : undefined;
    if (edit === undefined) return refused;
    return then(read!(edit.apply(params)), (again) =>
      outcomeOf(again, threshold) === 'clean' ? pass({ findings, edits: [edit] }) : refused,
    );
  }

  #readNow(body: Payload, examiner: Examiner): Examined {
    const examined = this.#examined.get(body) ?? examiner.examineNow(body, 'result');
    this.#examined.set(body, examined);
    return examined;
  }

  /** What begins in one message and ends in the next; undefined where nothing does. */
  #continued(told: Call, params: Payload, examiner: Examiner): Examined | undefined {
    const said = SAID.map((name) => params.member(name)).find((member) => member !== undefined);
    if (said === undefined || said.size > LONGEST_SAID) return undefined;
    const [scope, from] = [scopeOf(told), `${told.resource.backend} ${told.action}`];
    const before = this.#tails.of(scope, from);
    const both = examiner.examineNow(said, 'result', before);
    this.#tails.remember(scope, from, endAfter(before, both.end()));
    if (before === '' || this.#isClean(both)) return undefined;
    // What is found in this message alone is found without what came before it, too.
    return this.#isClean(examiner.examineNow(said, 'result')) ? both : undefined;
  }

  #isClean(examined: Examined): boolean {
    return outcomeOf(examined, this.#treatment.config.blockThreshold) === 'clean';
  }
}
