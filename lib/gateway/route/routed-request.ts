import type { Agreed, AskAgain, Seeker } from '../../model/approvals.ts';
import type { Loss, Reply } from '../../model/call.ts';
import type { Offered } from '../../model/offered.ts';
import type { Payload } from '../../wire/payload.ts';
import { agreedCall, markOf } from '../agreed-call.ts';
import { askAcross } from '../bridge/across.ts';
import type { Caller } from '../caller.ts';
import type { Outlet } from '../outlet.ts';
import type { Asking, Request, Session } from '../ports.ts';
import type { Answered, Asker, Question, Sent, Target } from '../question.ts';
import type { Refusal } from '../refusal.ts';
import type { Subject } from '../subject.ts';
import { askTaskAcross } from '../tasks/across.ts';
import type { Recorded } from '../turn.ts';
import { exposed, replyForClient } from './replies.ts';
import { listCandidates, type Unknown } from './resolve.ts';
import type { Round } from './rounds.ts';
import { approvalRound, seekerOf } from './seeker.ts';

/** A request on its way to one backend and back: in the backend's words there, in the client's words here. */
export class RoutedRequest implements Asker, Target, Asking {
  readonly id: number;
  readonly method: string;
  readonly session: Session;
  readonly caller: Caller;
  readonly outlet: Outlet;
  readonly progressToken: string | undefined;
  params: Payload | undefined;
  timeoutMs: number | undefined;
  owner: Recorded | undefined;
  readonly offered: Offered | undefined;
  readonly #request: Request;
  readonly #subject: Subject;
  readonly #round: Round;
  /** Why its backend could not be asked what it offers. */
  readonly #loss: Loss | undefined;

  constructor(
    request: Request,
    subject: Subject,
    id: number,
    progressToken: string | undefined,
    round: Round,
    offered: Offered | undefined,
    loss: Loss | undefined,
  ) {
    this.offered = offered;
    this.#loss = loss;
    this.id = id;
    this.method = request.frame.method;
    this.session = request.session;
    this.progressToken = progressToken;
    this.caller = request.caller;
    this.outlet = request.outlet;
    this.#request = request;
    this.#subject = subject;
    this.#round = round;
  }

  get shown(): string {
    return this.#subject.shown;
  }

  ask(question: Question, done: Answered): Sent {
    const { backend, resource } = this.#subject;
    this.params = question.params;
    this.timeoutMs = this.method === 'tasks/result' ? undefined : question.timeoutMs;
    this.owner = question;
    if (this.#loss !== undefined) {
      done({ loss: this.#loss });
      return { cancel: () => {}, withdraw: () => {} };
    }
    if (this.method === 'resources/subscribe' || this.method === 'resources/unsubscribe') {
      return this.session.subscriptions.ask(backend, resource.id, this, question, done);
    }
    this.#request.agreed = agreedCall(question, this.session.engine.policy.revision);
    const { round, parked } = this.#round;
    if (parked !== undefined) return parked.resume(this.#request, round, done);
    const translate = (request: Request, reply: Reply) => replyForClient(request, this.#subject, round, this.id, reply);
    const expose = (body: Payload) => exposed(this.#request, this.#subject, body);
    const crossing = { request: this.#request, subject: this.#subject, asking: this, round, translate, expose };
    return askTaskAcross(crossing, done) ?? askAcross(crossing, done);
  }

  respond(refusal: Refusal | undefined, owner: Recorded | undefined): void {
    this.#request.respond(refusal, owner);
  }

  agreedBefore(params: Payload | undefined, policy: string): Agreed | undefined {
    const { agreed } = this.#round;
    return agreed !== undefined && agreed.mark === markOf(params, policy) ? agreed.agreed : undefined;
  }

  get seeker(): Seeker {
    return seekerOf(this.#request, this.#round);
  }

  askAgain(round: AskAgain): Refusal {
    return approvalRound(this.#request, this.#subject, this.#round, round);
  }

  challenge(scopes: readonly string[]): boolean {
    return this.#request.challenge?.(scopes) ?? false;
  }

  disguise(answer: () => void): () => void {
    const { resource, shown } = this.#subject;
    return listCandidates(this.session, { type: resource.type as Unknown['type'], shown }, answer);
  }
}
