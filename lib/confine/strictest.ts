import type { Code } from '../model/codes.ts';
import type { Effect } from '../model/decision.ts';
import type { EgressVerdict } from '../model/egress.ts';
import type { Place } from '../model/rules.ts';

/** Gathers what several rules say of one connection; the strictest is what counts, the first one of equals. */
export class Strictest {
  #denied: EgressVerdict | undefined;
  #asking: EgressVerdict | undefined;

  /** `code` is that of a denial; what a person must agree to has one of its own. */
  add(effect: Effect, code: Code, text: string, { rule, source }: Place): void {
    if (effect === 'deny') this.#denied ??= { effect, code, text, rule, source };
    else if (effect === 'require_approval') {
      this.#asking ??= { effect, code: 'SP6003', text: `${text}, unless a person agrees`, rule, source };
    }
  }

  verdict(): EgressVerdict {
    return this.#denied ?? this.#asking ?? { effect: 'allow' };
  }
}
