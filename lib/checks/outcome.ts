import { deny, type Effect, PASS, pass, type Reason, type Verdict } from '../model/decision.ts';

/** Gathers what several rules say of one call: each judges alone, and the strictest is what the check answers. */
export class Outcome {
  #denied: Reason | undefined;
  #approval: Reason | undefined;
  readonly #findings: string[] = [];

  add(effect: Effect, reason: Reason): void {
    if (effect === 'deny') this.#denied ??= reason;
    else if (effect === 'require_approval') this.#approval ??= { ...reason, code: 'SP6003', retry: 'after_approval' };
  }

  note(finding: string): void {
    if (!this.#findings.includes(finding)) this.#findings.push(finding);
  }

  verdict(): Verdict {
    if (this.#denied !== undefined) return deny(this.#denied);
    if (this.#approval === undefined && this.#findings.length === 0) return PASS;
    const approval = this.#approval && { approval: this.#approval };
    return pass({ ...approval, ...(this.#findings.length > 0 && { findings: this.#findings }) });
  }
}
