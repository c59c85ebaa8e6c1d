import { isUtf8 } from 'node:buffer';
import { closeSync, fchmodSync, fstatSync, openSync, writeSync } from 'node:fs';
import type { Clock } from '../model/clock.ts';
import { safeJson } from '../model/safe-json.ts';

/** Which way bytes went, seen from the gateway. */
export type TraceDirection = 'in' | 'out';

/** Every byte that passed, in a file for the day a server misbehaves. It holds secrets: only its owner reads it. */
export class FrameTrace {
  readonly #fd: number;
  readonly #clock: Clock;
  readonly #failed: (error: Error) => void;
  #open = true;

  /** Throws when `path` cannot be written; `failed` hears when it no longer can, and then the trace has ended. */
  constructor(path: string, clock: Clock, failed: (error: Error) => void) {
    this.#fd = openSync(path, 'a', 0o600);
    if (fstatSync(this.#fd).isFile()) fchmodSync(this.#fd, 0o600);
    this.#clock = clock;
    this.#failed = failed;
  }

  /** Watches one peer's link. */
  readonly tap = (peer: string) => (direction: TraceDirection, bytes: Buffer) => this.write(peer, direction, bytes);

  /** One line a chunk; bytes that are no text by themselves, such as half a character, stand in base64. */
  write(peer: string, direction: TraceDirection, bytes: Buffer): void {
    if (!this.#open) return;
    const ts = new Date(this.#clock.now()).toISOString();
    const content = isUtf8(bytes) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') };
    try {
      writeSync(this.#fd, `${safeJson({ ts, peer, direction, ...content })}\n`);
    } catch (error) {
      this.close();
      this.#failed(error as Error);
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#fd);
  }
}
