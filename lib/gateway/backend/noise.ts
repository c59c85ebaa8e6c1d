import type { Clock } from '../../model/clock.ts';

const BURST_BYTES = 1024 * 1024;
const BYTES_PER_SECOND = 64 * 1024;
/** Even an empty line costs something, or a flood of them would be free. */
const LINE_COST = 64;
/** The first lines show what it is; the count of all of them is recorded when the backend ends. */
const WORTH_RECORDING = 50;

/** How much a backend may write to its standard output that is not JSON-RPC: a banner, not a flood. */
export class NoiseMeter {
  /** Lines since the backend was started. */
  lines = 0;
  /** Frames refused since then that were JSON-RPC. */
  refused = 0;
  readonly #clock: Clock;
  #left = BURST_BYTES;
  #at = 0;
  /** Refused frames that may be recorded now. */
  #records = WORTH_RECORDING;
  #refusedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a frame that is JSON-RPC and refused all the same; true for the first of them, and for one a second. */
  worthRefusing(): boolean {
    const now = this.#clock.monotonic();
    this.#records = Math.min(WORTH_RECORDING, this.#records + (now - this.#refusedAt) / 1000);
    this.#refusedAt = now;
    this.refused++;
    if (this.#records < 1) return false;
    this.#records--;
    return true;
  }

  reset(): void {
    this.lines = 0;
    this.refused = 0;
    this.#left = BURST_BYTES;
    this.#at = this.#clock.monotonic();
  }

  get worthRecording(): boolean {
    return this.lines < WORTH_RECORDING;
  }

  /** Notes a line of `bytes`; true when it was one too many. */
  tooMuch(bytes: number): boolean {
    const now = this.#clock.monotonic();
    this.#left = Math.min(BURST_BYTES, this.#left + ((now - this.#at) / 1000) * BYTES_PER_SECOND);
    this.#at = now;
    this.lines++;
    this.#left -= bytes + LINE_COST;
    return this.#left < 0;
  }
}
