import type { Decision, Duty, Edit, Finding, Pass, Reason, Verdict } from '../model/decision.ts';

const NONE: readonly never[] = Object.freeze([]);

/** What the checks of one run have said. Deny beats approval beats allow. */
export class Gathered {
  readonly #enforce: boolean;
  #timeoutMs: number | undefined;
  #denied: Reason | undefined;
  #approval: Reason | undefined;
  #check: string | undefined;
  readonly #edits: Edit[] = [];
  readonly #duties: Duty[] = [];
  readonly #findings: Finding[] = [];

  constructor(enforce: boolean, timeoutMs: number | undefined) {
    this.#enforce = enforce;
    this.#timeoutMs = timeoutMs;
  }

  /** Whether what is asked for is done, and not only recorded. */
  get enforces(): boolean {
    return this.#enforce;
  }

  /** True when nothing that follows can change the outcome. */
  take(check: string, verdict: Verdict): boolean {
    for (const note of verdict.findings ?? []) this.#findings.push({ check, note });
    if (verdict.pass) {
      this.#pass(verdict, check);
      return false;
    }
    if (this.#denied === undefined) {
      this.#denied = verdict.reason;
      this.#check = check;
    }
    return this.#enforce;
  }

  /** In observe mode everything is allowed, and the record says what would have been. */
  decision(): Decision {
    const reason = this.#denied ?? this.#approval;
    const effect = this.#denied !== undefined ? 'deny' : this.#approval !== undefined ? 'require_approval' : 'allow';
    return {
      effect: this.#enforce ? effect : 'allow',
      reason: this.#enforce ? reason : undefined,
      check: this.#check,
      enforced: this.#enforce,
      wouldDeny: this.#enforce ? undefined : reason,
      edits: this.#edits.length === 0 ? NONE : this.#edits,
      duties: this.#duties.length === 0 ? NONE : this.#duties,
      findings: this.#findings.length === 0 ? NONE : this.#findings,
      timeoutMs: this.#timeoutMs,
    };
  }

  #pass(verdict: Pass, check: string): void {
    if (verdict.approval !== undefined && this.#approval === undefined) {
      this.#approval = verdict.approval;
      if (this.#denied === undefined) this.#check = check;
    }
    if (verdict.timeoutMs !== undefined) this.#timeoutMs = Math.min(this.#timeoutMs ?? Infinity, verdict.timeoutMs);
    this.#edits.push(...(verdict.edits ?? []));
    this.#duties.push(...(verdict.duties ?? []));
  }
}
