import { isPromise, type Later } from '../model/later.ts';

/** Who sent what is being taken in. */
export interface Sender {
  /** So many bytes of it wait for a judgement; call the answer once it is passed on. */
  hold(bytes: number): () => void;
}

/**
 * Who sent the frame that is being taken in, so that whoever has to wait for a judgement of what is in it can hold the
 * sender up: on its way there a frame goes through many hands that need not know.
 */
export class Intake {
  #sender: Sender | undefined;

  /** From now on frames of `sender` are taken in; answers whose were before. */
  from(sender: Sender | undefined): Sender | undefined {
    const before = this.#sender;
    this.#sender = sender;
    return before;
  }

  /** Counts `bytes` of the frame that is being taken in as waiting until `judged` is there and was acted upon. */
  held<T>(bytes: number, judged: Later<T>): Later<T> {
    if (isPromise(judged) && this.#sender !== undefined) {
      const through = this.#sender.hold(bytes);
      // Who waits for the judgement acts upon it before.
      const acted = () => void setImmediate(through);
      judged.then(acted, acted);
    }
    return judged;
  }
}
