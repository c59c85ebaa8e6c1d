import type { Channel } from '../../wire/link.ts';
import type { Sender } from '../intake.ts';

/** Bytes of messages of one backend that may wait to be judged before it is read no further, and from which it is again. */
const MOST_WAITING = 2 * 1024 * 1024;
const FEW_WAITING = MOST_WAITING / 2;

/**
 * Whether one life of a backend is read: not while a client of it does not read, nor while much of what it sent waits to
 * be judged. Judging ends by itself, whatever the backend and its clients do, so nothing waits for ever here.
 */
export class Flow implements Sender {
  readonly #channel: Pick<Channel, 'pause' | 'resume'>;
  #clientWaits = false;
  #muchWaits = false;
  #isPaused = false;
  #waiting = 0;
  #messages = 0;
  #idle: (() => void)[] = [];

  constructor(channel: Pick<Channel, 'pause' | 'resume'>) {
    this.#channel = channel;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** A client does not read, or does again. */
  client(waits: boolean): void {
    this.#clientWaits = waits;
    this.#settle();
  }

  hold(bytes: number): () => void {
    this.#messages++;
    this.#count(bytes);
    return () => {
      this.#messages--;
      this.#count(-bytes);
      if (this.#messages === 0) for (const then of this.#idle.splice(0)) then();
    };
  }

  /** Calls `then` when all that was read has been judged; at once, when it has. */
  whenJudged(then: () => void): void {
    if (this.#messages === 0) then();
    else this.#idle.push(then);
  }

  #count(bytes: number): void {
    this.#waiting += bytes;
    this.#muchWaits = this.#waiting > (this.#muchWaits ? FEW_WAITING : MOST_WAITING);
    this.#settle();
  }

  #settle(): void {
    const paused = this.#clientWaits || this.#muchWaits;
    if (paused === this.#isPaused) return;
    this.#isPaused = paused;
    if (paused) this.#channel.pause();
    else this.#channel.resume();
  }
}
