import { closeSync, openSync, writeSync } from 'node:fs';
import type { Clock } from '../model/clock.ts';
import { safeJson } from '../model/safe-json.ts';

/** Which way bytes went, seen from the gateway. */
export type TraceDirection = 'in' | 'out';

/** Every byte that passed, in a file for the day a server misbehaves. It holds secrets: only its owner reads it. */
export class FrameTrace {
  readonly #fd: number;
  readonly #clock: Clock;

  constructor(path: string, clock: Clock) {
    this.#fd = openSync(path, 'a', 0o600);
    this.#clock = clock;
  }

  write(peer: string, direction: TraceDirection, bytes: Buffer): void {
    const ts = new Date(this.#clock.now()).toISOString();
    writeSync(this.#fd, `${safeJson({ ts, peer, direction, bytes: bytes.toString('utf8') })}\n`);
  }

  close(): void {
    closeSync(this.#fd);
  }
}
