import type { Clock } from '../model/clock.ts';
import type { Log } from '../model/log.ts';
import type { Possession } from './possession.ts';
import type { Presented } from './presented.ts';
import { isProven, type Outcome, type Proven, type Prover, type Unproven } from './proven.ts';

/** Nothing that came is of any kind that is configured: no credential, several, or one nobody knows. */
const NOBODY: Unproven = { code: 'SP2001', reason: 'no valid credential', challenge: 'missing' };
const UNKNOWN: Unproven = { code: 'SP2001', reason: 'an unknown credential', challenge: 'invalid_token' };

/**
 * Says who asks: the provers are asked one after the other, and the first that knows the kind of credential decides. What it
 * has proven counts with what it is bound to, on every request. A prover that throws proves nothing.
 */
export class Authority {
  readonly #provers: readonly Prover[];
  readonly #possession: Possession;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(provers: readonly Prover[], possession: Possession, clock: Clock, log: Log) {
    this.#provers = provers;
    this.#possession = possession;
    this.#clock = clock;
    this.#log = log;
  }

  /** A promise only where somebody else has to be asked. */
  prove(presented: Presented): Outcome | Promise<Outcome> {
    return this.#from(0, presented);
  }

  /** Whether what was proven once still counts. */
  honours(proven: Proven): boolean {
    if (proven.expiresMs !== undefined && this.#clock.now() >= proven.expiresMs) return false;
    return this.#possession.honours(proven) && this.#provers.some((prover) => prover.honours(proven));
  }

  close(): void {
    for (const prover of this.#provers) prover.close?.();
  }

  #from(index: number, presented: Presented): Outcome | Promise<Outcome> {
    for (let i = index; i < this.#provers.length; i++) {
      try {
        const outcome = this.#provers[i]!.prove(presented);
        if (outcome instanceof Promise) return this.#awaited(outcome, i, presented);
        if (outcome !== undefined) return this.#judged(outcome, presented);
      } catch (failure) {
        return this.#failed(failure);
      }
    }
    return presented.credential === undefined ? NOBODY : UNKNOWN;
  }

  async #awaited(asked: Promise<Outcome | undefined>, index: number, presented: Presented): Promise<Outcome> {
    try {
      const outcome = await asked;
      return outcome === undefined ? await this.#from(index + 1, presented) : this.#judged(outcome, presented);
    } catch (failure) {
      return this.#failed(failure);
    }
  }

  #judged(outcome: Outcome, presented: Presented): Outcome {
    if (!isProven(outcome)) return outcome;
    if (outcome.expiresMs !== undefined && this.#clock.now() >= outcome.expiresMs)
      return { code: 'SP2008', reason: 'expired', challenge: 'invalid_token' };
    return this.#possession.refusal(outcome, presented) ?? asLongAs(outcome, presented);
  }

  #failed(failure: unknown): Unproven {
    this.#log.write('error', 'authentication_failed', { why: String((failure as Error)?.stack ?? failure) });
    return { code: 'SP2001', reason: 'the check failed', challenge: 'invalid_token' };
  }
}

/** What is bound to a certificate lasts no longer than it. */
function asLongAs(proven: Proven, { certificate }: Presented): Proven {
  if (proven.boundTo?.certificate === undefined || certificate === undefined) return proven;
  return { ...proven, expiresMs: Math.min(proven.expiresMs ?? certificate.expiresMs, certificate.expiresMs) };
}
