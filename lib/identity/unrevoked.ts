import type { Presented } from './presented.ts';
import { isProven, type Outcome, type Proven, type Prover, type Unproven } from './proven.ts';
import type { Revoked } from './revoked.ts';

/** Lets count what another prover proves, unless the key or all of the client was taken back. */
export class Unrevoked implements Prover {
  readonly #prover: Prover;
  readonly #revoked: () => Revoked;

  constructor(prover: Prover, revoked: () => Revoked) {
    this.#prover = prover;
    this.#revoked = revoked;
  }

  prove(presented: Presented): Outcome | undefined | Promise<Outcome | undefined> {
    const outcome = this.#prover.prove(presented);
    return outcome instanceof Promise ? outcome.then((one) => this.#judged(one)) : this.#judged(outcome);
  }

  honours(proven: Proven): boolean {
    return this.#prover.honours(proven) && !this.#isTakenBack(proven);
  }

  close(): void {
    this.#prover.close?.();
  }

  #judged(outcome: Outcome | undefined): Outcome | undefined {
    return outcome !== undefined && isProven(outcome) && this.#isTakenBack(outcome) ? refusalOf(outcome) : outcome;
  }

  #isTakenBack({ identity, credential }: Proven): boolean {
    const revoked = this.#revoked();
    return revoked.hasClientOf(identity) || (identity.proof === 'api-key' && revoked.hasKey(credential));
  }
}

function refusalOf({ identity: { proof } }: Proven): Unproven {
  const code = proof === 'api-key' ? 'SP2001' : proof === 'certificate' ? 'SP2010' : 'SP2008';
  return { code, reason: 'taken back', challenge: 'invalid_token' };
}
