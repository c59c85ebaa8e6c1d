import type { ApprovalAnswer, GivenGrant, PendingApproval } from '../model/approval-desk.ts';
import type { Clock } from '../model/clock.ts';
import type { Reason } from '../model/reason.ts';
import { ApprovalEvents } from './approval-events.ts';
import { type Grant, nameOf, writtenGrant } from './grant.ts';
import { answeredGrant, grantedFields, unaskedGrant } from './new-grant.ts';
import { objectionToAnswer, objectionToGiven } from './objections.ts';
import { OpenRequest } from './open-request.ts';
import { NOT_PENDING, UNRECORDED, uncounted } from './refusals.ts';
import { leftMs } from './request-book.ts';
import type { ApprovalStore, LeftRequest } from './store.ts';
import type { Terms } from './terms.ts';

export interface LeftGround {
  readonly clock: Clock;
  readonly key: Buffer;
  readonly store: ApprovalStore;
  tell(event: string, fields: Readonly<Record<string, unknown>>): void;
  /** Writes down what was told; false when it is not written and nothing may go unrecorded. */
  recorded(): boolean;
}

interface Left {
  readonly kept: LeftRequest;
  readonly request: OpenRequest;
}

/**
 * Answers what gateways left that have ended, and gives grants, where no gateway does. A request is answered by the terms it
 * was asked under; its grant counts under the policy it was asked under, and under no other.
 */
export class LeftRequests {
  readonly #ground: LeftGround;
  readonly #events: ApprovalEvents;

  constructor(ground: LeftGround) {
    this.#ground = ground;
    this.#events = new ApprovalEvents(ground.tell, ground.clock);
  }

  pending(): readonly PendingApproval[] {
    return this.#left().map(({ request }) => request.pending);
  }

  /** `digest` is that of what was shown: of two gateways that have ended each may have had a request of this name. */
  answer(id: string, digest: string, answer: ApprovalAnswer): Reason | undefined {
    const found = this.#left().find(({ request: { id: own, pending } }) => own === id && pending.digest === digest);
    if (found === undefined) return NOT_PENDING;
    const { kept, request } = found;
    const { clock, store } = this.#ground;
    const { matter } = request;
    const objection = objectionToAnswer(answer, matter, matter.terms);
    if (objection !== undefined) {
      this.#events.uncounted(request, objection, answer);
      this.#ground.recorded();
      return uncounted(objection);
    }
    // A gateway that was started meanwhile may have been faster: then it is answered there.
    if (!kept.take()) return NOT_PENDING;
    const answeredMs = this.#events.answered(request, answer);
    if (answer.approved) {
      const how = { nowMs: clock.now(), answeredMs, held: false, sessionsEnd: true, terms: matter.terms };
      const grant = answeredGrant(request.asked, answer, how);
      if (!this.#keep(grant, matter.shown.principal)) return UNRECORDED;
    } else this.#ground.recorded();
    store.dropPending(id);
    return undefined;
  }

  /** A grant for a call under this policy, which nobody has asked for. */
  give(given: GivenGrant, policy: string, terms: Terms): { readonly grant: string } | { readonly refused: Reason } {
    const objection = objectionToGiven(given, terms);
    if (objection !== undefined) return { refused: uncounted(objection) };
    const grant = unaskedGrant(given, policy, this.#ground.clock.now());
    return this.#keep(grant, undefined) ? { grant: grant.id } : { refused: UNRECORDED };
  }

  #keep(grant: Grant, principal: string | undefined): boolean {
    const { store, key, tell, recorded } = this.#ground;
    tell('approval_granted', grantedFields(grant, principal));
    if (!recorded()) return false;
    store.keepGrant(nameOf(grant), writtenGrant(grant, key));
    return true;
  }

  /** In the order in which they were asked; the sessions they came from are over. */
  #left(): readonly Left[] {
    const { store, key, clock } = this.#ground;
    const all = store.left().flatMap((kept): Left[] => {
      const request = OpenRequest.read(kept.id, kept.text, key, true);
      return request === undefined || leftMs(request, clock.now()) <= 0 ? [] : [{ kept, request }];
    });
    return all.sort((a, b) => a.request.askedMs - b.request.askedMs);
  }
}
