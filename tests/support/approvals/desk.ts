import type { TestContext } from 'node:test';
import type { ApprovalAnswer, ApprovalDesk, PendingApproval } from '../../../lib/model/approval-desk.ts';
import type { Reason } from '../../../lib/model/reason.ts';
import { type OwnFront, ownFront } from '../program/front.ts';
import type { ServeOptions } from '../program/serve.ts';

/** Somebody who watches the desk of a gateway, as at a terminal. */
export class DeskUser {
  readonly #desk: ApprovalDesk;
  readonly #turn: (work: () => void) => void;
  #heard: (() => void)[] = [];

  constructor(desk: ApprovalDesk, turn: (work: () => void) => void) {
    this.#desk = desk;
    this.#turn = turn;
    desk.watch(() => {
      for (const wake of this.#heard.splice(0)) wake();
    });
  }

  get pending(): readonly PendingApproval[] {
    return this.#desk.pending();
  }

  /** Resolves with what waits once `wanted` holds of it. */
  async until(wanted: (pending: readonly PendingApproval[]) => boolean): Promise<readonly PendingApproval[]> {
    while (!wanted(this.pending)) await new Promise<void>((resolve) => this.#heard.push(resolve));
    return this.pending;
  }

  /** The only request that waits, once there is one. */
  async asked(): Promise<PendingApproval> {
    return (await this.until(({ length }) => length === 1))[0]!;
  }

  /** Answers as a person at a terminal does; undefined when it counts. */
  answer(id: string, approved: boolean, more: Partial<ApprovalAnswer> = {}): Reason | undefined {
    const said = { approved, scope: 'once', calls: 1, by: 'ana', channel: 'terminal', assurance: 'same-user' } as const;
    let objection: Reason | undefined;
    this.#turn(() => {
      objection = this.#desk.answer(id, { ...said, why: undefined, ...more });
    });
    return objection;
  }
}

/** A gateway in the test's own process that serves real clients over HTTP, and somebody at its desk. */
export async function servedDesk(
  t: TestContext,
  options: ServeOptions,
): Promise<OwnFront & { readonly desk: DeskUser }> {
  const own = await ownFront(t, options, true);
  const desk = await own.running.approving.desk();
  return { ...own, desk: new DeskUser(desk, (work) => own.running.gateway.turn.run(work)) };
}
