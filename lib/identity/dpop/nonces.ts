import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';

const ROTATION_MS = 120_000;
const BYTES = 18;

/**
 * Nonces of this gateway (RFC 9449, 9), of which none has to be kept: each stands for a span of time, and only the current
 * one and the one before count. Time that only grows is counted, so that a clock set back makes none valid again.
 */
export class Nonces {
  readonly #clock: Clock;
  #secret = randomBytes(32);
  #span = -1;
  #current = '';
  #previous = '';

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get current(): string {
    this.#turn();
    return this.#current;
  }

  accepts(nonce: string): boolean {
    this.#turn();
    return same(nonce, this.#current) || same(nonce, this.#previous);
  }

  /** None that was given so far counts any more. */
  renew(): void {
    this.#secret = randomBytes(32);
    this.#span = -1;
  }

  #turn(): void {
    const span = Math.floor(this.#clock.monotonic() / ROTATION_MS);
    if (span === this.#span) return;
    this.#span = span;
    this.#current = this.#of(span);
    this.#previous = this.#of(span - 1);
  }

  #of(span: number): string {
    return createHmac('sha256', this.#secret)
      .update(`dpop nonce ${span}`)
      .digest()
      .subarray(0, BYTES)
      .toString('base64url');
  }
}

function same(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
