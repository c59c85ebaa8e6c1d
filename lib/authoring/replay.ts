import type { Config } from '../model/config.ts';
import type { Decision, Reason } from '../model/decision.ts';
import { decideCall } from '../policy/decide.ts';
import { type Asked, callAsked } from './asked.ts';
import type { Ground } from './ground.ts';
import type { RecordedCall } from './recorded.ts';
import { followsFromShape, type Shapes } from './shapes.ts';

/** One recorded call under another policy. */
export interface Replayed {
  readonly call: RecordedCall;
  readonly effect: Decision['effect'];
  /** Why it is not allowed now, or would not be if its backend were not observed. */
  readonly reason: Reason | undefined;
}

/** A recorded call that cannot be judged again. */
export interface Unknown {
  readonly call: RecordedCall;
  readonly why: string;
}

export interface Replay {
  readonly same: number;
  readonly flips: readonly Replayed[];
  readonly unknown: readonly Unknown[];
}

/** Asks the policy of `ground` about every call again. What is not known in full is never guessed. */
export async function replay(calls: readonly RecordedCall[], ground: Ground, shapes: Shapes): Promise<Replay> {
  const flips: Replayed[] = [];
  const unknown: Unknown[] = [];
  let same = 0;
  for (const [index, call] of calls.entries()) {
    const asked = askedAgain(call, ground.config, shapes);
    if (typeof asked === 'string') {
      unknown.push({ call, why: asked });
      continue;
    }
    const decision = await decideCall(
      ground.policy,
      callAsked(asked, ground.config, call.principal, `replay-${index}`),
    );
    if (decision.effect === call.effect) same++;
    else flips.push({ call, effect: decision.effect, reason: decision.reason ?? decision.wouldDeny });
  }
  return { same, flips, unknown };
}

/** The call as it would be made of today's backends by today's clients, or why it cannot be. */
export function askedAgain(call: RecordedCall, config: Config, shapes: Shapes): Asked | string {
  const { asked, missing, principal } = call;
  if (asked === undefined) return missing!;
  if (!config.backends.some(({ name }) => name === asked.backend)) return 'its backend is not in the config';
  const shape = asked.type === 'tool' ? shapes(asked.backend, asked.id) : undefined;
  if (asked.type === 'tool' && shape === undefined && followsFromShape(call)) {
    return 'it depended on what its server says of the tool';
  }
  const isClient = config.auth.apiKeys.some(({ clientId }) => clientId === principal);
  return { ...asked, as: isClient ? principal : undefined, shape };
}

/** What flips in the same way: one tool, one rule. */
export interface FlipGroup {
  readonly resource: string;
  readonly from: Decision['effect'];
  readonly to: Decision['effect'];
  /** Rule of the new decision, else of the old one. */
  readonly rule: string | undefined;
  readonly source: string | undefined;
  readonly code: string | undefined;
  readonly count: number;
  readonly example: RecordedCall;
}

/** Most frequent first. */
export function grouped(flips: readonly Replayed[]): FlipGroup[] {
  const groups = new Map<string, FlipGroup>();
  for (const { call, effect, reason } of flips) {
    const rule = reason?.rule ?? call.rule;
    const key = JSON.stringify([call.resource, call.effect, effect, rule]);
    const found = groups.get(key);
    groups.set(key, {
      resource: call.resource,
      from: call.effect,
      to: effect,
      rule,
      source: reason?.source ?? (reason === undefined ? String(call.record.source ?? '') || undefined : undefined),
      code: reason?.code ?? call.code,
      count: (found?.count ?? 0) + 1,
      example: found?.example ?? call,
    });
  }
  return [...groups.values()].sort((a, b) => b.count - a.count);
}
