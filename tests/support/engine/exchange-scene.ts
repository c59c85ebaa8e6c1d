import { Deciding } from '../../../lib/gateway/deciding.ts';
import { Exchange } from '../../../lib/gateway/exchange.ts';
import { InOrder } from '../../../lib/gateway/in-order.ts';
import { Intake } from '../../../lib/gateway/intake.ts';
import type { Asker, Question, Sent, Target } from '../../../lib/gateway/question.ts';
import type { Refusal } from '../../../lib/gateway/refusal.ts';
import { type Recorded, Turn } from '../../../lib/gateway/turn.ts';
import { NO_APPROVALS } from '../../../lib/model/approvals.ts';
import type { Answer } from '../../../lib/model/call.ts';
import { systemClock } from '../../../lib/model/clock.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { errorLine, FrameWriter, requestLine, resultLine } from '../../../lib/wire/writer.ts';
import { AuditProbe } from '../audit/audit-probe.ts';
import { Collector } from '../collect.ts';
import { callWith } from '../policy/calls.ts';

export interface SceneOptions {
  readonly policy: Policy;
  readonly askThrows?: boolean;
  readonly cancelThrows?: boolean;
  /** What the target answers while it is being asked. */
  readonly atOnce?: Answer | undefined;
  /** How many frames the question is put into. */
  readonly frames?: number;
}

/** One exchange between an asker and a target, each with a stream of its own, and a probe for a log. */
export class Scene implements Asker, Target {
  readonly audit = new AuditProbe();
  readonly turn = new Turn(this.audit);
  readonly exchange: Exchange;
  readonly toAsker = new Collector();
  readonly toTarget = new Collector();
  readonly shown = 'read';
  /** How often the asker heard how it ended, and that nobody need hear it. */
  responses = 0;
  dismissed = 0;
  /** What the log had been told when the question left. */
  toldBefore: readonly string[] = [];
  readonly complaints: unknown[] = [];
  #answer: ((answer: Answer) => void) | undefined;
  readonly #options: SceneOptions;
  readonly #askerOut = new FrameWriter(this.toAsker);
  readonly #targetOut = new FrameWriter(this.toTarget);

  constructor(options: SceneOptions) {
    this.#options = options;
    const log = { write: (_level: string, event: string) => void this.complaints.push(event) };
    const { audit, turn } = this;
    const tools = {
      approvals: NO_APPROVALS,
      audit,
      clock: systemClock,
      deciding: new Deciding(),
      intake: new Intake(),
      log,
      order: new InOrder(),
      policy: options.policy,
      turn,
    };
    this.exchange = new Exchange(callWith(), this, this, tools);
  }

  ask(question: Question, done: (answer: Answer) => void): Sent {
    this.toldBefore = [...this.audit.told];
    this.#answer = done;
    for (let i = 0; i < (this.#options.frames ?? 1); i++) {
      this.turn.stage(this.#targetOut, requestLine(i, 'tools/call', question.params), question);
    }
    if (this.#options.atOnce !== undefined) this.answer(this.#options.atOnce);
    if (this.#options.askThrows === true) throw new Error('the target cannot be asked');
    const callOff = () => {
      this.#answer = undefined;
      if (this.#options.cancelThrows === true) throw new Error('the target cannot be told');
    };
    return { cancel: callOff, withdraw: callOff };
  }

  respond(refusal: Refusal | undefined, owner: Recorded | undefined): void {
    this.responses++;
    if (refusal === undefined) {
      this.dismissed++;
      return;
    }
    const line = refusal.ok ? resultLine('1', refusal.body) : errorLine('1', refusal.body);
    this.turn.stage(this.#askerOut, line, owner);
  }

  /** The target answers, as if a frame had come from it; it does so once at most. */
  answer(answer: Answer): void {
    const done = this.#answer;
    this.#answer = undefined;
    if (done !== undefined) this.turn.run(() => done(answer));
  }

  get asked(): boolean {
    return this.toTarget.lines.length > 0;
  }
}
