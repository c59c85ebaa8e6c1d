import type { Agreed, Agreement, Approvals, AskAgain, Seeker, Sought } from '../../../lib/model/approvals.ts';
import type { Call } from '../../../lib/model/call.ts';
import type { Reason } from '../../../lib/model/reason.ts';
import { Payload } from '../../../lib/wire/payload.ts';

/** One call somebody is asked about; the test says what they answer. */
export class SoughtCall {
  readonly sought: Sought;
  readonly seeker: Seeker;
  /** Nobody waits for the answer any more. */
  ended = false;
  readonly agreement = new ScriptedAgreement();
  readonly #done: Parameters<Approvals['seek']>[2];

  constructor(sought: Sought, seeker: Seeker, done: Parameters<Approvals['seek']>[2]) {
    this.sought = sought;
    this.seeker = seeker;
    this.#done = done;
  }

  agree(): void {
    this.#done({ agreement: this.agreement });
  }

  refuse(reason: Reason = { code: 'SP6001', text: 'a person refused this call' }): void {
    this.#done({ refused: reason });
  }

  /** Has the client ask, where it is to make the call again. */
  askAgain(request = 'K7QF'): void {
    const round: AskAgain = { request, params: Payload.of('{"message":"[sallyport] may it?","requestedSchema":{}}') };
    this.#done({ round });
  }
}

/** An agreement that can be taken once, and says for what it was. */
export class ScriptedAgreement implements Agreement {
  readonly takes: { readonly call: Call; readonly params: string | undefined; readonly policy: string }[] = [];
  throws = false;

  take(call: Call, params: Payload | undefined, policy: string): Agreed | { readonly refused: Reason } {
    if (this.throws) throw new Error('it cannot be taken');
    this.takes.push({ call, params: params?.text(), policy });
    if (this.takes.length > 1) return { refused: { code: 'SP6006', text: 'it was used before' } };
    return {
      grant: 'G1',
      request: 'K7QF',
      scope: 'once',
      by: 'ana',
      channel: 'terminal',
      assurance: 'same-user',
      answeredMs: 5000,
      why: undefined,
    };
  }
}

/** People whose every answer the test decides. */
export class ScriptedApprovals implements Approvals {
  readonly sought: SoughtCall[] = [];
  /** What happens as soon as somebody is asked. */
  atOnce: ((sought: SoughtCall) => void) | undefined;
  #waiting: (() => void)[] = [];

  seek(sought: Sought, seeker: Seeker, done: Parameters<Approvals['seek']>[2]): () => void {
    const asked = new SoughtCall(sought, seeker, done);
    this.sought.push(asked);
    for (const wake of this.#waiting.splice(0)) wake();
    this.atOnce?.(asked);
    return () => {
      asked.ended = true;
    };
  }

  /** Resolves with the call nobody was asked about before the `index`-th one. */
  async asked(index = 0): Promise<SoughtCall> {
    while (this.sought.length <= index) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.sought[index]!;
  }
}
