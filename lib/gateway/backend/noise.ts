import type { Clock } from '../../model/clock.ts';
import { TokenBucket } from '../../model/token-bucket.ts';

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
  readonly #bytes: TokenBucket;
  /** Refused frames that may be recorded now; not filled by a restart, or a server could restart for it. */
  readonly #records: TokenBucket;

  constructor(clock: Clock) {
    this.#bytes = new TokenBucket(clock, BURST_BYTES, BYTES_PER_SECOND);
    this.#records = new TokenBucket(clock, WORTH_RECORDING, 1);
  }

  /** Notes a frame that is JSON-RPC and refused all the same; true for the first of them, and for one a second. */
  worthRefusing(): boolean {
    this.refused++;
    return this.#records.take(1);
  }

  reset(): void {
    this.lines = 0;
    this.refused = 0;
    this.#bytes.fill();
  }

  get worthRecording(): boolean {
    return this.lines < WORTH_RECORDING;
  }

  /** Notes a line of `bytes`; true when it was one too many. */
  tooMuch(bytes: number): boolean {
    this.lines++;
    return !this.#bytes.take(bytes + LINE_COST);
  }
}
