import type { Answer } from '../../model/call.ts';
import { RPC } from '../../protocol/revisions.ts';
import type { Payload } from '../../wire/payload.ts';
import { askedAnew } from '../asked-anew.ts';
import type { Asking, Backend } from '../ports.ts';
import type { Sent } from '../question.ts';

/**
 * A tool call to a server that wants arguments repeated in headers. When it says that the headers are not those it
 * wants, the tool's definition is out of date: the call was not made, so the tools are listed anew and it is made once
 * more (2026-07-28, streamable-http).
 */
export class HeaderRetry implements Sent {
  readonly #backend: Backend;
  readonly #asking: Asking;
  readonly #done: (answer: Answer) => void;
  #sent: Sent;

  constructor(backend: Backend, asking: Asking, done: (answer: Answer) => void) {
    this.#backend = backend;
    this.#asking = asking;
    this.#done = done;
    this.#sent = backend.request(asking, (answer) => this.#answered(answer));
  }

  cancel(reason: Payload | undefined): void {
    this.#sent.cancel(reason);
  }

  withdraw(): void {
    this.#sent.withdraw();
  }

  #answered(answer: Answer): void {
    const { session } = this.#asking;
    if (session === undefined || !isMismatch(answer)) return this.#done(answer);
    const { catalog } = this.#backend;
    catalog.invalidate();
    const forget = catalog.load('tools', session, (loss) =>
      loss === undefined ? this.#askAgain() : this.#done({ loss }),
    );
    this.#sent = { cancel: forget, withdraw: forget };
  }

  #askAgain(): void {
    const asking = askedAnew(this.#asking, this.#backend, this.#asking.params);
    this.#sent = this.#backend.request(asking, this.#done);
  }
}

function isMismatch(answer: Answer): boolean {
  if (answer === 'cancelled' || 'loss' in answer || answer.ok) return false;
  return answer.body.member('code')?.text() === String(RPC.headerMismatch);
}
