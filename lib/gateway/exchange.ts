import type { Agreed, AskAgain } from '../model/approvals.ts';
import type { Done, Outcome } from '../model/audit.ts';
import type { Answer, Call, Loss, Reply } from '../model/call.ts';
import type { Code } from '../model/codes.ts';
import type { Decision } from '../model/decision.ts';
import { isPromise, type Later } from '../model/later.ts';
import { decideCall, decideReply } from '../policy/decide.ts';
import type { Policy } from '../policy/policy.ts';
import type { Payload } from '../wire/payload.ts';
import { changesSomething } from './changing.ts';
import { agreedBefore, asked, Consent, taken } from './consent.ts';
import { applied, asRecorded, edited, hidesEdits, outcomeOf, withParams } from './edited.ts';
import { fulfil } from './fulfil.ts';
import { wasNeverSent } from './never-sent.ts';
import { NO_ROOM } from './no-room.ts';
import type { Engine } from './ports.ts';
import type { Asker, Question, Sent, Target } from './question.ts';
import { denied, deniedAsError, lost, notFound, type Refusal, told } from './refusal.ts';

export type ExchangeTools = Pick<
  Engine,
  'approvals' | 'audit' | 'clock' | 'deciding' | 'intake' | 'log' | 'order' | 'policy' | 'turn'
>;

const FAILED = { code: 'SP3003', text: 'the gateway failed while working on this call' } as const;

/**
 * The life of one request. Its steps stand in the order they are taken: run, decide, asked, agreed, granted, replied,
 * judged, answered. Below them stand the other ways it can end, and then what all of them share. It answers exactly
 * once, whatever throws.
 */
export class Exchange implements Question {
  readonly call: Call;
  /** What is forwarded: the call's own parameters, as policy edited them. */
  params: Payload | undefined;
  timeoutMs: number | undefined;
  agreed: Agreed | undefined;
  readonly #asker: Asker;
  readonly #target: Target;
  readonly #tools: ExchangeTools;
  /** The policy it began with; a reload does not change the rules of a call half-way. */
  readonly #policy: Policy;
  readonly #startedMs: number;
  /** When its target was asked, and how long it took to answer. */
  #sentMs: number | undefined;
  #targetMs: number | undefined;
  #sent: Sent | undefined;
  #waitNoLonger: (() => void) | undefined;
  #consent: Consent | undefined;
  /** Checks are still asked, so they cannot be told yet how it ended. */
  #undecided = false;
  /** Its target was asked and may have been reached. */
  #forwarded = false;
  #settled = false;
  #reply: Reply | undefined;
  /** How it ends is settled. */
  #over = false;
  /** Nothing more may be said: nobody waits, or it was said already that the log cannot be written. */
  #closed = false;

  constructor(call: Call, asker: Asker, target: Target, tools: ExchangeTools) {
    this.call = call;
    this.#asker = asker;
    this.#target = target;
    this.#tools = tools;
    this.#policy = tools.policy;
    this.#startedMs = tools.clock.monotonic();
  }

  run(): void {
    const { session, resource, direction, facts } = this.call;
    const key = `${direction} ${session} ${resource.backend}`;
    this.#waitNoLonger = this.#tools.order.run(key, facts.size, () => this.#decide());
    if (this.#waitNoLonger === undefined) void this.#decide(NO_ROOM);
  }

  #decide(decided?: Decision): Later<void> {
    if (this.#over) return;
    try {
      const decision = decided ?? decideCall(this.#policy, this.call);
      return this.#next(isPromise(decision) ? this.#awaited(decision) : decision, this.#asked);
    } catch (failure) {
      this.#fail(failure);
    }
  }

  #asked(decision: Decision): void {
    if (decision.effect !== 'require_approval') return this.#agreed(decision);
    const before = agreedBefore(this.call, decision, this.#policy, this.#asker);
    if (before !== undefined) return this.#agreed(before);
    this.#sent = this.#consent = new Consent(this.call, decision, this.#policy, this.#tools, {
      decided: (now) => void this.#next(isPromise(now) ? this.#awaited(now) : now, this.#agreed),
      round: (round) => this.#askAgain(decision, round),
      failed: (failure) => this.#fail(failure),
    });
    this.#consent.seek(this.#asker.seeker);
  }

  #agreed(decision: Decision): void {
    void this.#next(fulfil(this.call, decision), this.#granted);
  }

  /** The decision is written before anything leaves, with the arguments as they will be sent. */
  #granted(granted: Decision): void {
    const { call } = this;
    const decision = taken(call, granted, this.#policy, this.#tools.policy);
    const allowed = decision.effect === 'allow';
    const params = call.params && allowed ? applied(call.params, decision) : call.params;
    const plain = params === call.params ? call : withParams(call, params);
    this.#sent = undefined;
    this.#tools.audit.call(hidesEdits(decision) ? asRecorded(call, decision) : plain, decision, this.#policy.revision);
    if (decision.effect !== 'allow') return this.#deny(decision);
    this.params = params;
    this.#tools.deciding.leave(call);
    this.#forwarded = true;
    this.timeoutMs = decision.enforced ? decision.timeoutMs : undefined;
    this.agreed = decision.agreed;
    this.#sentMs = this.#tools.clock.monotonic();
    this.#sent = this.#target.ask(this, (answer) => this.#replied(answer));
  }

  #replied(answer: Answer | (() => Answer)): void {
    try {
      this.#take(typeof answer === 'function' ? answer() : answer);
    } catch (failure) {
      this.#fail(failure);
    }
  }

  #take(answer: Answer): void {
    if (this.#over) return;
    if (this.#sentMs !== undefined) this.#targetMs = this.#tools.clock.monotonic() - this.#sentMs;
    if (answer === 'cancelled') {
      this.#record('cancelled', 0, undefined, undefined);
      this.#finish(undefined);
    } else if ('loss' in answer) {
      const { code } = answer.loss;
      if (wasNeverSent(code)) this.#forwarded = false;
      this.#record(code === 'SP5003' ? 'timeout' : 'failed', 0, undefined, code);
      this.#finish(lost(this.call, answer.loss));
    } else {
      this.#reply = answer;
      const decision = decideReply(this.#policy, this.call, answer);
      void this.#next(this.#tools.intake.held(answer.body.size, decision), this.#judged);
    }
  }

  #judged(decision: Decision): void {
    void this.#next(fulfil(this.call, decision), this.#answered);
  }

  /** The outcome is that of the answer as it was edited, and is written before the answer leaves. */
  #answered(decision: Decision): void {
    const reply = this.#reply!;
    const allowed = decision.effect === 'allow';
    const answer = allowed ? edited(reply, decision) : denied(this.call, decision.reason!);
    this.#record(allowed ? outcomeOf(this.call, answer) : 'withheld', reply.body.size, decision, undefined);
    this.#finish(answer);
  }

  /** Nothing is forwarded, so a denial need not wait for its record. */
  #deny(decision: Decision): void {
    const { call } = this;
    const reason = decision.reason!;
    const refuse = (refusal: Refusal) => this.#finish(refusal, false);
    const isTold = reason.scopes !== undefined && this.#asker.challenge?.(reason.scopes) === true;
    if (isTold) return refuse(deniedAsError(call, reason));
    if (reason.hidden !== true) return refuse(denied(call, reason));
    const unknown = notFound(call.resource.type, this.#asker.shown, call.era === 'legacy');
    if (this.#asker.disguise === undefined) refuse(unknown);
    else {
      const forget = this.#asker.disguise(() => refuse(unknown));
      this.#sent = { cancel: forget, withdraw: forget };
    }
  }

  /** The client has a person asked, and makes the call again. */
  #askAgain(decision: Decision, round: AskAgain): void {
    this.#tools.audit.call(asRecorded(this.call, decision), asked(decision), this.#policy.revision);
    this.#finish(this.#asker.askAgain!(round));
  }

  /** Nobody waits for the answer any more. */
  cancel(reason: Payload | undefined): void {
    if (this.#over) return;
    this.#callOff(reason);
    this.#safely(() => this.#record('cancelled', 0, undefined, undefined));
    this.#finish(undefined);
  }

  /** The answer will not come; the asker is told why. */
  lose(loss: Loss): void {
    if (this.#over) return;
    this.#callOff(undefined);
    this.#replied({ loss });
  }

  /** A subscription stays open by design. */
  get lasting(): boolean {
    return this.call.action === 'subscriptions/listen';
  }

  /** A listing or a reading changes nothing, so it may go on while the log cannot be written (balanced). */
  get mayPassUnrecorded(): boolean {
    return !this.#tools.audit.blocksOnFailure && !changesSomething(this.call);
  }

  /** Several frames of one exchange may be held back; only the first is worth an answer. */
  unrecorded(): void {
    this.#safely(() => this.#sent?.withdraw());
    if (this.#closed) return;
    this.#closed = true;
    const ran = this.#over ? 'the call ran, but its result was withheld; do not repeat it' : 'the call was not made';
    if (!this.#over) {
      this.#forwarded = false;
      this.#safely(() => this.#record('failed', 0, undefined, 'SP7001'));
    }
    this.#over = true;
    this.#settle();
    const reason = { code: 'SP7001', text: `the audit log cannot be written: ${ran}` } as const;
    this.#asker.respond(told(this.call, denied(this.call, reason)), undefined);
  }

  #record(outcome: Outcome, bytes: number, decision: Decision | undefined, code: Code | undefined): void {
    const done: Done = { outcome, bytes, decision, code, ms: this.#ms, targetMs: this.#targetMs, reply: this.#reply };
    this.#tools.audit.done(this.call, done);
  }

  /** How long it has taken, without the time a person has had. */
  get #ms(): number {
    return this.#tools.clock.monotonic() - this.#startedMs - (this.#consent?.waitedMs ?? 0);
  }

  /** What it ends with leaves after its record, unless nothing but a refusal does. */
  #finish(refusal: Refusal | undefined, afterRecord = true): void {
    if (this.#over) return;
    this.#over = true;
    this.#waitNoLonger?.();
    this.#settle();
    this.#closed = refusal === undefined;
    this.#asker.respond(told(this.call, refusal), afterRecord ? this : undefined);
  }

  /** The checks hear how it ended, so that what they reserved can be settled. */
  #settle(): void {
    if (this.#settled || this.#undecided) return;
    this.#settled = true;
    this.#tools.deciding.leave(this.call);
    const replyBytes = this.#reply?.body.size ?? 0;
    const ended = { forwarded: this.#forwarded, ms: this.#ms, requestBytes: this.call.facts.size, replyBytes };
    this.#safely(() => this.#policy.ended(this.call, ended));
  }

  /** While checks are asked the call counts as running, and is not told to them as ended. */
  async #awaited(decision: Promise<Decision>): Promise<Decision> {
    this.#undecided = true;
    if (this.call.direction === 'to-backend') this.#tools.deciding.enter(this.call);
    else this.#tools.intake.held(this.call.facts.size, decision);
    try {
      return await decision;
    } finally {
      this.#undecided = false;
      if (this.#over) this.#settle();
    }
  }

  /** Takes the next step with a value that is there already, or when it comes; a failure on the way denies. */
  #next(value: Later<Decision>, step: (decision: Decision) => void): Later<void> {
    if (!isPromise(value)) return step.call(this, value);
    const { turn } = this.#tools;
    const goOn = (decision: Decision) => turn.run(() => (this.#over ? undefined : step.call(this, decision)));
    return value.then(goOn).catch((failure) => turn.run(() => this.#fail(failure)));
  }

  #fail(failure: unknown): void {
    this.#note(failure);
    if (this.#over) return;
    this.#callOff(undefined);
    this.#safely(() => this.#record('failed', 0, undefined, FAILED.code));
    this.#finish(denied(this.call, FAILED));
  }

  #callOff(reason: Payload | undefined): void {
    this.#safely(() => this.#sent?.cancel(reason));
  }

  /** Does what must not keep the asker from being answered. */
  #safely(work: () => void): void {
    try {
      work();
    } catch (failure) {
      this.#note(failure);
    }
  }

  #note(failure: unknown): void {
    const why = String((failure as Error)?.stack ?? failure);
    this.#tools.log.write('error', 'exchange_failed', { decision: this.call.id, why });
  }
}
