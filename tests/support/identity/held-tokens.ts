import type { Presented } from '../../../lib/identity/presented.ts';
import type { Outcome } from '../../../lib/identity/proven.ts';
import { PlainTokens } from './plain-tokens.ts';

/** Whom it believes is told only when the test says so. */
export class HeldTokens extends PlainTokens {
  readonly #held: (() => void)[] = [];

  override prove(presented: Presented): Outcome | undefined | Promise<Outcome> {
    const outcome = super.prove(presented);
    if (outcome === undefined) return undefined;
    return new Promise((resolve) => this.#held.push(() => resolve(outcome as Outcome)));
  }

  /** Resolves when so many are waited for. */
  async waitedFor(count: number): Promise<void> {
    while (this.#held.length < count) await new Promise(setImmediate);
  }

  tell(): void {
    for (const told of this.#held.splice(0)) told();
  }
}
