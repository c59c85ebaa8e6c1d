import type { Answer } from '../../model/call.ts';
import type { Payload } from '../../wire/payload.ts';
import type { Asking, Backend } from '../ports.ts';
import type { Sent } from '../question.ts';
import type { Turn } from '../turn.ts';

/** Requests that follow one another and are one to whoever waits; called off, nothing follows any more. */
export class Chain implements Sent {
  readonly #turn: Turn;
  /** Called when a step fails on what a server sent. */
  readonly #failed: (failure: unknown) => void;
  #sent: Sent | undefined;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(turn: Turn, failed: (failure: unknown) => void) {
    this.#turn = turn;
    this.#failed = failed;
  }

  ask(backend: Backend, asking: Asking, then: (answer: Answer) => void): void {
    if (this.#over) return;
    let answered = false;
    const sent = backend.request(asking, (answer) => {
      answered = true;
      this.#sent = undefined;
      this.#go(() => then(answer));
    });
    if (!answered) this.#sent = sent;
  }

  /** Goes on after `ms`. */
  pause(ms: number, then: () => void): void {
    if (this.#over) return;
    this.#timer = setTimeout(() => this.#turn.run(() => this.#go(then)), ms).unref();
  }

  /** Waits for something else, which goes on with what it is given; what `begin` answers calls it off. */
  wait(begin: (goOn: (step: () => void) => void) => () => void): void {
    if (this.#over) return;
    const stop = begin((step) => this.#go(step));
    this.#sent = { cancel: stop, withdraw: stop };
  }

  cancel(reason: Payload | undefined): void {
    this.#end();
    this.#sent?.cancel(reason);
  }

  withdraw(): void {
    this.#end();
    this.#sent?.withdraw();
  }

  #end(): void {
    this.#over = true;
    clearTimeout(this.#timer);
  }

  #go(step: () => void): void {
    if (this.#over) return;
    try {
      step();
    } catch (failure) {
      this.#end();
      this.#failed(failure);
    }
  }
}
