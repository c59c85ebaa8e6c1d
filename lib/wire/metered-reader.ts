import type { ByteBudget } from './budget.ts';
import type { Frame } from './frame.ts';
import { type FrameLimits, FrameReader, type Framing } from './reader.ts';

/** A frame this big is given up first when memory runs short; smaller ones would not help. */
const WORTH_DROPPING = 256 * 1024;

/** Reads the frames of one stream, which shares what all of them may hold unfinished. */
export class MeteredReader {
  readonly #reader: FrameReader;
  readonly #budget: ByteBudget;

  constructor(limits: FrameLimits, budget: ByteBudget, onFrame: (frame: Frame) => void, framing?: Framing) {
    this.#reader = new FrameReader(limits, onFrame, framing);
    this.#budget = budget;
  }

  push(chunk: Buffer): void {
    const before = this.#reader.held;
    this.#reader.push(chunk);
    const enough = this.#budget.add(this.#reader.held - before);
    if (!enough && this.#reader.held >= WORTH_DROPPING) {
      this.#budget.add(-this.#reader.held);
      this.#reader.giveUp();
    }
  }

  /** What was begun is complete, see {@link FrameReader.end}. */
  end(): void {
    this.#budget.add(-this.#reader.held);
    this.#reader.end();
  }

  /** What was begun will never be complete; nothing may be pushed any more. */
  drop(): void {
    this.#budget.add(-this.#reader.held);
    this.#reader.giveUp();
  }
}
