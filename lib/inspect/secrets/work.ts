/** Work on one message: far more than any that people write asks for, and an end for all others. */
const MOST_WORK = 2_000_000;
/** How much may still be done for one message. */
export class Work {
  #left = MOST_WORK;

  /** Something was left undone. */
  get exhausted(): boolean {
    return this.#left < 0;
  }

  /** False when nothing more may be done. */
  take(amount: number): boolean {
    this.#left -= amount;
    return this.#left >= 0;
  }
}
