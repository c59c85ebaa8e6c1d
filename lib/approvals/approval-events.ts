import type { ApprovalAnswer } from '../model/approval-desk.ts';
import type { Clock } from '../model/clock.ts';
import type { Matter } from './matter.ts';
import type { OpenRequest } from './open-request.ts';

/** An answer of the client that comes sooner is no person's: they would not have read the question. */
const QUICK_MS = 500;

type Tell = (event: string, fields: Readonly<Record<string, unknown>>) => void;

/** What the log hears of requests and answers. */
export class ApprovalEvents {
  readonly #tell: Tell;
  readonly #clock: Clock;

  constructor(tell: Tell, clock: Clock) {
    this.#tell = tell;
    this.#clock = clock;
  }

  asked(request: OpenRequest): void {
    const { rule, reason } = request.matter.shown;
    this.#tell('approval_asked', { ...aboutOf(request), rule, why: reason });
  }

  /** How long the answer took is undefined where a process before this one has asked. */
  answered(request: OpenRequest, answer: ApprovalAnswer): number | undefined {
    const { approved, scope, by, channel, assurance, why } = answer;
    const { askedAt } = request;
    const answered_ms = askedAt === undefined ? undefined : Math.round(this.#clock.monotonic() - askedAt);
    const quick = channel === 'client' && answered_ms !== undefined && answered_ms < QUICK_MS ? true : undefined;
    const said = { approved, scope: approved ? scope : undefined, by, channel, assurance, answered_ms, why, quick };
    this.#tell('approval_answered', { ...aboutOf(request), ...said });
    return answered_ms;
  }

  expired(request: OpenRequest, why: string): void {
    this.#tell('approval_expired', { ...aboutOf(request), why });
  }

  /** An answer that does not count. */
  uncounted(request: OpenRequest, why: string, { by, channel, assurance }: ApprovalAnswer): void {
    this.#tell('approval_refused', { ...aboutOf(request), why, by, channel, assurance });
  }

  /** A client brought back an answer that is none about this call. */
  broughtBackWrong(id: string, why: string, { bindings, shown }: Matter): void {
    const resource = `${bindings.backend}/${bindings.resource}`;
    const { principal, digest } = shown;
    this.#tell('approval_refused', { id, why, channel: 'client', resource, principal, digest });
  }
}

function aboutOf({ id, matter: { shown } }: OpenRequest) {
  const { resource, principal, digest } = shown;
  return { id, resource, principal, digest };
}
