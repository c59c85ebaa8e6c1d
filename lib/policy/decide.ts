import type { Call, Reply } from '../model/call.ts';
import type { Decision, Pass, Verdict } from '../model/decision.ts';
import { deny, PASS } from '../model/decision.ts';
import { isPromise, type Later, then } from '../model/later.ts';
import { answerCall } from './answer-call.ts';
import { forgetArguments } from './call-arguments.ts';
import type { Check } from './check.ts';
import { editedReply } from './edited-reply.ts';
import { Gathered } from './gathered.ts';
import type { Policy } from './policy.ts';
import { withMemory } from './remembered-edits.ts';
import { Unjudgeable } from './unjudgeable.ts';

/** Asks every check about a request; the first denial settles it. */
export function decideCall(policy: Policy, call: Call): Later<Decision> {
  const decided = runChecks(policy, call, undefined);
  if (isPromise(decided)) return decided.finally(() => forgetArguments(call));
  forgetArguments(call);
  return decided;
}

/** Asks every check about what came back. An answer of a client brings data to a backend, so it is judged as a call, too. */
export function decideReply(policy: Policy, call: Call, reply: Reply): Later<Decision> {
  const judged = runChecks(policy, call, reply);
  if (call.direction === 'to-backend' || !reply.ok) return judged;
  return then(judged, (decision) => {
    if (decision.effect !== 'allow') return decision;
    return then(runChecks(policy, answerCall(call, reply), undefined), (brought) => both(decision, brought));
  });
}

/** The second decision, with what the first one asks for as well. */
function both(first: Decision, second: Decision): Decision {
  return {
    ...second,
    wouldDeny: first.wouldDeny ?? second.wouldDeny,
    edits: [...first.edits, ...second.edits],
    duties: [...first.duties, ...second.duties],
    findings: [...first.findings, ...second.findings],
    timeoutMs: undefined,
  };
}

/** Runs at once as long as every check answers at once; nothing is gathered before there is something. */
function runChecks(policy: Policy, call: Call, reply: Reply | undefined): Later<Decision> {
  const checks = reply === undefined ? askedOf(policy.checks).calls : askedOf(policy.checks).replies;
  let gathered: Gathered | undefined;
  let timeoutMs: number | undefined;
  let seen = reply;
  for (let at = 0; at < checks.length; at++) {
    const check = checks[at]!;
    const verdict = askCheck(check, call, seen);
    if (verdict === PASS) continue;
    if (!isPromise(verdict) && isPlainPass(verdict) && gathered === undefined) {
      timeoutMs = least(timeoutMs, verdict.timeoutMs);
      continue;
    }
    gathered ??= new Gathered(policy.enforces(call.resource.backend), timeoutMs);
    if (isPromise(verdict)) return goOn(checks, at, verdict, call, seen, gathered);
    const taken = withMemory(sound(verdict, check.id));
    if (gathered.take(check.id, taken)) break;
    if (gathered.enforces) seen = seen && editedReply(call, seen, taken);
  }
  return gathered?.decision() ?? plainDecision(timeoutMs, policy.enforces(call.resource.backend));
}

interface Asked {
  readonly calls: readonly Check[];
  readonly replies: readonly Check[];
}

const ASKED = new WeakMap<readonly Check[], Asked>();

/** Who has something to say of calls, and who of replies: half of the checks know only one of the two. */
function askedOf(checks: readonly Check[]): Asked {
  let asked = ASKED.get(checks);
  if (asked === undefined) {
    asked = {
      calls: checks.filter(({ judge }) => judge.call !== undefined),
      replies: checks.filter(({ judge }) => judge.reply !== undefined),
    };
    ASKED.set(checks, asked);
  }
  return asked;
}

/** The slow way, taken from the first check that needs time. */
async function goOn(
  checks: readonly Check[],
  from: number,
  first: Promise<Verdict>,
  call: Call,
  reply: Reply | undefined,
  gathered: Gathered,
): Promise<Decision> {
  let seen = reply;
  for (let at = from; at < checks.length; at++) {
    const check = checks[at]!;
    const asked = at === from ? first : askCheck(check, call, seen);
    const verdict = await Promise.resolve(asked).catch((error: unknown) => failed(check.id, error));
    const taken = withMemory(sound(verdict, check.id));
    if (gathered.take(check.id, taken)) break;
    if (gathered.enforces) seen = seen && editedReply(call, seen, taken);
  }
  return gathered.decision();
}

/** A check that throws denies: never is anything allowed because a judge was missing. */
export function askCheck({ id, judge }: Check, call: Call, reply: Reply | undefined): Later<Verdict> {
  try {
    if (reply === undefined) return judge.call === undefined ? PASS : judge.call(call);
    return judge.reply === undefined ? PASS : judge.reply(call, reply);
  } catch (error) {
    return failed(id, error);
  }
}

/** What is neither a pass nor a denial with a reason comes from a broken check, and denies. */
export function sound(verdict: Partial<Verdict> | undefined, check: string): Verdict {
  if (verdict?.pass === true) return verdict as Verdict;
  return verdict?.pass === false && verdict.reason !== undefined ? (verdict as Verdict) : failed(check);
}

export function failed(check: string, error?: unknown): Verdict {
  if (error instanceof Unjudgeable) return deny(error.reason);
  return { pass: false, reason: { code: 'SP3003', text: 'a policy check failed', rule: `check ${check}` } };
}

/** A pass that at most bounds the time. */
function isPlainPass(verdict: Verdict | undefined): verdict is Pass {
  if (verdict?.pass !== true) return false;
  const { approval, edits, duties, findings } = verdict;
  return approval === undefined && edits === undefined && duties === undefined && findings === undefined;
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}

const NONE: readonly never[] = Object.freeze([]);
/** Most calls pass without more ado, so their decision is made once for each time limit. */
const PLAIN = new Map<number | undefined, readonly [observed: Decision, enforced: Decision]>();

function plainDecision(timeoutMs: number | undefined, enforced: boolean): Decision {
  let pair = PLAIN.get(timeoutMs);
  if (pair === undefined) {
    pair = [allowed(timeoutMs, false), allowed(timeoutMs, true)];
    PLAIN.set(timeoutMs, pair);
  }
  return pair[enforced ? 1 : 0];
}

function allowed(timeoutMs: number | undefined, enforced: boolean): Decision {
  return Object.freeze({
    effect: 'allow' as const,
    reason: undefined,
    check: undefined,
    enforced,
    wouldDeny: undefined,
    edits: NONE,
    duties: NONE,
    findings: NONE,
    timeoutMs,
  });
}
