/** Windows that touch are looked at as one, up to this many characters, so that no pattern sees an endless text. */
const LONGEST_WINDOW = 2048;

type OnWindow = (rule: number, from: number, to: number) => void;

/** Stretches of a text that rules want to look at, put together where those of one rule touch. */
export class Windows {
  readonly #onWindow: OnWindow;
  /** The window that waits for each rule; -1 when none does. */
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #waiting: number[] = [];

  constructor(rules: number, onWindow: OnWindow) {
    this.#onWindow = onWindow;
    this.#starts = new Int32Array(rules).fill(-1);
    this.#ends = new Int32Array(rules);
  }

  /** Windows of one rule come in the order in which they end. */
  add(rule: number, from: number, to: number): void {
    const waitsFrom = this.#starts[rule]!;
    if (waitsFrom === -1) this.#waiting.push(rule);
    else if (from <= this.#ends[rule]! && to - waitsFrom <= LONGEST_WINDOW) {
      this.#ends[rule] = to;
      return;
    } else this.#onWindow(rule, waitsFrom, this.#ends[rule]!);
    this.#starts[rule] = from;
    this.#ends[rule] = to;
  }

  /** Gives all that wait, and begins anew. */
  giveAll(): void {
    for (const rule of this.#waiting) {
      this.#onWindow(rule, this.#starts[rule]!, this.#ends[rule]!);
      this.#starts[rule] = -1;
    }
    this.#waiting.length = 0;
  }
}
