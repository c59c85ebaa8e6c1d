import type { Code } from '../../model/codes.ts';
import type { Effect, Reason } from '../../model/decision.ts';
import type { Pattern } from '../../model/lists.ts';
import type { Place } from '../../model/rules.ts';

/** What one rule says of one path; undefined when it has nothing against it. */
export interface Objection {
  readonly effect: Exclude<Effect, 'allow'>;
  readonly reason: Reason;
}

const TEXTS: Partial<Record<Code, string>> = {
  SP3101: 'this path is not allowed',
  SP3103: 'this path cannot be looked up',
  SP3104: 'the file is too large',
  SP3105: 'this path is too deep',
  SP3106: 'this path may be read, but not written',
};

export function denied(code: Code, { rule, source }: Place, at: string, fix: string): Objection {
  return { effect: 'deny', reason: { code, text: TEXTS[code]!, rule, source, at, fix } };
}

export function asks({ rule, source }: Place, at: string, fix: string): Objection {
  const text = 'a person must agree to the use of this path first';
  return { effect: 'require_approval', reason: { code: 'SP6003', text, rule, source, at, fix } };
}

/** What a setting of the baseline makes of a path it is about. */
export function objection(effect: Effect, place: Place, at: string, fix: string): Objection | undefined {
  if (effect === 'allow') return undefined;
  return effect === 'deny' ? denied('SP3101', place, at, fix) : asks(place, at, fix);
}

export function withoutPattern({ glob, rule }: Pattern): string {
  return `take ${JSON.stringify(glob)} out of ${rule.replace(/\[\d+\]$/, '')}`;
}

/** Denial beats approval; of equals the first said counts. */
export function stricter(one: Objection | undefined, other: Objection | undefined): Objection | undefined {
  if (one === undefined || (other?.effect === 'deny' && one.effect !== 'deny')) return other;
  return one;
}
