import type { ApprovalAnswer, ApprovalDesk, GivenGrant, Onlooker, PendingApproval } from '../model/approval-desk.ts';
import type { Approvals, Seeker, Sought, Sounded } from '../model/approvals.ts';
import { next } from '../model/later.ts';
import type { Mask } from '../model/mask.ts';
import type { Reason } from '../model/reason.ts';
import type { Payload } from '../wire/payload.ts';
import { ApprovalEvents } from './approval-events.ts';
import { AskedInVain } from './asked-in-vain.ts';
import { clientForms } from './client-forms.ts';
import { Denials } from './denials.ts';
import { clientsAnswer, formFor, saidIn } from './form.ts';
import { GrantBook, type GrantGround } from './grant-book.ts';
import { type Matter, matterOf } from './matter.ts';
import { objectionToAnswer, objectionToGiven } from './objections.ts';
import { keyOf, type OpenRequest, refusalKeyOf } from './open-request.ts';
import {
  NOT_PENDING,
  NOT_THIS_CALL,
  pendingReason,
  REFUSED,
  TOO_MANY,
  UNANSWERED,
  UNREACHABLE,
  uncounted,
} from './refusals.ts';
import { RequestBook, type RequestGround } from './request-book.ts';
import { type Hear, Telling, type TellingGround } from './telling.ts';
import { Waiter } from './waiter.ts';

export interface DeskGround extends GrantGround, RequestGround, TellingGround {
  readonly mask: Mask;
}

/** Calls exactly alike that wait for one answer. */
const MOST_ALIKE = 256;

const NOTHING = () => {};

/** Has people asked, on every way at once, and turns the first answer into grants. */
export class Desk implements Approvals, ApprovalDesk {
  readonly #ground: DeskGround;
  readonly #grants: GrantBook;
  readonly #requests: RequestBook;
  readonly #denials: Denials;
  readonly #inVain: AskedInVain;
  readonly #telling: Telling;
  readonly #events: ApprovalEvents;

  constructor(ground: DeskGround) {
    this.#ground = ground;
    this.#grants = new GrantBook(ground);
    this.#denials = new Denials(ground.clock);
    this.#inVain = new AskedInVain(ground.clock);
    this.#events = new ApprovalEvents(ground.tell, ground.clock);
    this.#telling = new Telling(ground);
    this.#requests = new RequestBook(ground, (request) => this.#expire(request));
    const { revision } = ground.inForce().policy;
    for (const over of this.#requests.adopt(({ matter }) => matter.bindings.policy === revision))
      this.#events.expired(over, 'nobody answered');
  }

  seek(sought: Sought, seeker: Seeker, done: (sounded: Sounded) => void): () => void {
    let over = false;
    let end = NOTHING;
    const once = (sounded: Sounded) => {
      if (over) return;
      over = true;
      done(sounded);
    };
    next(
      matterOf(sought, this.#ground.inForce(), this.#ground.mask),
      (matter) => {
        if (!over) end = this.#sought(matter, seeker, once);
      },
      (failure) => {
        this.#ground.log.write('error', 'approval_failed', { why: (failure as Error).message });
        once({ refused: UNREACHABLE });
      },
    );
    return () => {
      if (over) return;
      over = true;
      end();
    };
  }

  #sought(matter: Matter, seeker: Seeker, done: (sounded: Sounded) => void, mayWait = true): () => void {
    const { way } = seeker;
    const end = (sounded: Sounded) => {
      done(sounded);
      return NOTHING;
    };
    if (matter.bindings.policy !== this.#ground.inForce().policy.revision) return end({ refused: NOT_THIS_CALL });
    const agreement = this.#grants.find(matter);
    if (agreement !== undefined) return end({ agreement });
    if (way.kind === 'round' && way.answered !== undefined) {
      return end(this.#broughtBack(matter, way.answered.request, way.answered.reply));
    }
    if (this.#denials.has(refusalKeyOf(matter.bindings))) return end({ refused: REFUSED });
    const { timeoutMs, grantTtlMs, channels } = this.#ground.inForce().config.approvals;
    const inBand = way.kind !== 'none' && matter.mayAnswerInBand;
    if (!inBand && !this.#othersHear) {
      const again = () => this.#sought(matter, seeker, done, false);
      return (mayWait ? this.#telling.awaited(channels, again) : undefined) ?? end({ refused: UNREACHABLE });
    }
    const known = this.#requests.like(matter);
    const mayAsk = this.#requests.hasRoomFor(matter) && !this.#inVain.isTooOften(matter.bindings);
    if (known === undefined ? !mayAsk : known.waiters.length >= MOST_ALIKE) return end({ refused: TOO_MANY });
    const lastsMs = timeoutMs + grantTtlMs;
    const request = known ?? this.#requests.open(matter, lastsMs);
    if (known === undefined) this.#events.asked(request);
    else this.#requests.extend(request, lastsMs);
    if (way.kind === 'round' && inBand) {
      request.rounds++;
      if (known === undefined) this.#announce(request);
      return end({ round: { request: request.id, params: formFor(request.pending, way.words) } });
    }
    const waiter = new Waiter(seeker, inBand, done, this.#ground.after);
    request.waiters.push(waiter);
    const message = () => `waiting for a person to agree, id ${request.id}`;
    waiter.hold(timeoutMs, message, () => this.#heldTooLong(request, waiter));
    if (known === undefined) this.#announce(request);
    else this.#telling.joined(request.pending);
    this.#askClient(request);
    return () => this.#leave(request, waiter);
  }

  pending(): readonly PendingApproval[] {
    return this.#requests.all.map(({ pending }) => pending);
  }

  watch(hear: Hear, as: Onlooker = 'person'): () => void {
    return this.#telling.watch(hear, as);
  }

  answer(id: string, answer: ApprovalAnswer): Reason | undefined {
    const request = this.#requests.get(id.toUpperCase());
    if (request === undefined) return NOT_PENDING;
    const { config, policy } = this.#ground.inForce();
    if (request.matter.bindings.policy !== policy.revision) {
      this.#events.uncounted(request, 'other policy', answer);
      this.#finish(request, NOT_THIS_CALL);
      return NOT_PENDING;
    }
    const objection = objectionToAnswer(answer, request.matter, config.approvals);
    if (objection !== undefined) {
      this.#events.uncounted(request, objection, answer);
      return uncounted(objection);
    }
    this.#settle(request, answer);
    return undefined;
  }

  grant(given: GivenGrant): { readonly grant: string } | { readonly refused: Reason } {
    const objection = objectionToGiven(given, this.#ground.inForce().config.approvals);
    return objection === undefined ? { grant: this.#grants.give(given) } : { refused: uncounted(objection) };
  }

  /** What goes on to wait is left for the process after this one. */
  close(): void {
    this.#requests.leave();
  }

  /** The first answer to a request that counts. */
  #settle(request: OpenRequest, answer: ApprovalAnswer): void {
    const answeredMs = this.#events.answered(request, answer);
    if (!answer.approved) {
      this.#denials.note(refusalKeyOf(request.matter.bindings));
      this.#inVain.note(request.matter.bindings);
      return this.#finish(request, REFUSED);
    }
    const asked = request.asked;
    const { waiters } = request;
    const many = answer.scope === 'once' ? Math.min(waiters.length, Math.max(1, answer.calls)) : waiters.length;
    const agreeing = waiters.splice(0, many);
    const shared =
      answer.scope === 'once' && many > 0 ? undefined : this.#grants.make(asked, answer, answeredMs, false);
    const agreements = agreeing.map(() => shared ?? this.#grants.make(asked, answer, answeredMs, true));
    clientForms.withdraw(request);
    if (waiters.length === 0) this.#close(request);
    for (const [index, waiter] of agreeing.entries()) this.#end(waiter, { agreement: agreements[index]! });
    if (request.waiters.length > 0) this.#askForRest(request);
  }

  /** What is left is asked anew: an answer that comes too late for the first question is none to this one. */
  #askForRest(request: OpenRequest): void {
    this.#telling.ended(request.pending);
    this.#requests.renew(request);
    this.#events.asked(request);
    this.#announce(request);
    this.#askClient(request);
  }

  /** A client has asked, and made its call again with the answer: it is one about this very call. */
  #broughtBack(matter: Matter, id: string, reply: Payload | undefined): Sounded {
    const request = this.#requests.get(id);
    if (request === undefined && this.#denials.has(refusalKeyOf(matter.bindings))) return { refused: REFUSED };
    if (request === undefined || request.rounds === 0 || request.key !== keyOf(matter.bindings)) {
      const why = request === undefined ? 'no such request' : 'an answer about another call';
      this.#events.broughtBackWrong(id, why, matter);
      return { refused: NOT_THIS_CALL };
    }
    if (!matter.mayAnswerInBand) return { refused: NOT_THIS_CALL };
    request.rounds--;
    const said = saidIn(reply, matter.shown.scopes);
    const answer = clientsAnswer(matter.subject, said, 1);
    if (!answer.approved || answer.scope !== 'once') {
      this.#settle(request, answer);
      const agreement = answer.approved ? this.#grants.find(matter) : undefined;
      return agreement === undefined ? { refused: REFUSED } : { agreement };
    }
    const agreement = this.#grants.make(request.asked, answer, this.#events.answered(request, answer), true);
    if (!request.isWanted) this.#close(request);
    return { agreement };
  }

  #askClient(request: OpenRequest): void {
    const { matter } = request;
    clientForms.ask(request, (said, waiter, calls) => {
      if (said === undefined) return this.#unasked(request, waiter);
      this.#settle(request, clientsAnswer(matter.subject, saidIn(said, matter.shown.scopes), calls));
    });
  }

  /** The client took no form: somebody else may answer, if anybody was told. */
  #unasked(request: OpenRequest, waiter: Waiter): void {
    waiter.takesForm = false;
    if (this.#othersHear) return this.#askClient(request);
    this.#end(waiter, { refused: UNREACHABLE });
    this.#without(request, waiter);
  }

  #heldTooLong(request: OpenRequest, waiter: Waiter): void {
    const { onTimeout } = this.#ground.inForce().config.approvals;
    const waitsOn = onTimeout === 'pending' && this.#othersHear;
    if (waitsOn) request.outlivesCalls = true;
    this.#end(waiter, { refused: waitsOn ? pendingReason(request.id) : UNANSWERED });
    this.#without(request, waiter);
  }

  /** Nobody waits for this call any more. */
  #leave(request: OpenRequest, waiter: Waiter): void {
    waiter.stop();
    this.#without(request, waiter);
  }

  #without(request: OpenRequest, waiter: Waiter): void {
    if (!request.waiters.includes(waiter)) return;
    request.waiters = request.waiters.filter((one) => one !== waiter);
    clientForms.withdraw(request, waiter);
    if (request.isWanted) return this.#askClient(request);
    this.#inVain.note(request.matter.bindings);
    this.#events.expired(request, 'nobody waits for it');
    this.#close(request);
  }

  get #othersHear(): boolean {
    return this.#telling.reaches(this.#ground.inForce().config.approvals.channels);
  }

  #expire(request: OpenRequest): void {
    this.#inVain.note(request.matter.bindings);
    this.#events.expired(request, 'nobody answered');
    this.#finish(request, UNANSWERED);
  }

  #finish(request: OpenRequest, refused: Reason): void {
    const waiters = request.waiters.splice(0);
    clientForms.withdraw(request);
    this.#close(request);
    for (const waiter of waiters) this.#end(waiter, { refused });
  }

  #close(request: OpenRequest): void {
    clientForms.withdraw(request);
    this.#requests.close(request);
    this.#telling.ended(request.pending);
  }

  #announce(request: OpenRequest): void {
    this.#telling.asked(request.pending, this.#ground.inForce().config.approvals.channels);
  }

  /** One call that fails to go on must not keep others waiting. */
  #end(waiter: Waiter, sounded: Sounded): void {
    try {
      waiter.end(sounded);
    } catch (error) {
      this.#ground.log.write('error', 'approval_failed', { why: (error as Error).message });
    }
  }
}
