import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Decision, deny, type Edit, type Effect, pass, type Verdict } from '../../lib/model/decision.ts';
import type { Judge } from '../../lib/policy/check.ts';
import { decideCall, decideReply } from '../../lib/policy/decide.ts';
import { Payload } from '../../lib/wire/payload.ts';
import { callWith, policyOf, replyOf } from '../support/policy/calls.ts';

const STRICTNESS: Record<Effect, number> = { allow: 0, require_approval: 1, deny: 2 };

const reason = { code: 'SP3001', text: 'no' } as const;
const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  fc.constant(pass()),
  fc.record({ timeoutMs: fc.integer({ min: 1, max: 100 }) }).map(pass),
  fc.constant(pass({ findings: ['noted'] })),
  fc.constant(pass({ edits: [{ name: 'edit', apply: (body) => body }] })),
  fc.constant(pass({ duties: [{ name: 'duty', perform: () => {} }] })),
  fc.constant(pass({ approval: { ...reason, code: 'SP6003' } })),
  fc.constant(deny(reason)),
);

interface Plan {
  readonly verdict: Verdict;
  readonly way: 'now' | 'later' | 'throws' | 'rejects' | 'absent' | 'nothing';
}

const plan: fc.Arbitrary<Plan> = fc.record({
  verdict,
  way: fc.constantFrom('now', 'now', 'now', 'later', 'throws', 'rejects', 'absent', 'nothing'),
});

function judgeOf({ verdict: answer, way }: Plan): Judge {
  if (way === 'absent') return {};
  const judge = () => {
    if (way === 'throws') throw new Error('broken');
    if (way === 'rejects') return Promise.reject(new Error('broken'));
    if (way === 'nothing') return undefined as unknown as Verdict;
    return way === 'later' ? Promise.resolve(answer) : answer;
  };
  return { call: judge, reply: judge };
}

/** What one check alone amounts to. */
function effectOf({ verdict: answer, way }: Plan): Effect {
  if (way === 'absent') return 'allow';
  if (way !== 'now' && way !== 'later') return 'deny';
  if (!answer.pass) return 'deny';
  return answer.approval === undefined ? 'allow' : 'require_approval';
}

function strictest(effects: readonly Effect[]): Effect {
  return effects.reduce<Effect>((a, b) => (STRICTNESS[b] > STRICTNESS[a] ? b : a), 'allow');
}

async function decide(plans: readonly Plan[], enforce = true): Promise<Decision> {
  return decideCall(policyOf(plans.map(judgeOf), enforce), callWith());
}

const plans = fc.array(plan, { maxLength: 6 });

test('the effect is that of the strictest check, for calls and for replies', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (all) => {
      const expected = strictest(all.map(effectOf));
      assert.equal((await decide(all)).effect, expected);
      const policy = policyOf(all.map(judgeOf));
      assert.equal((await decideReply(policy, callWith(), replyOf({}))).effect, expected);
    }),
    { numRuns: 500 },
  );
});

test('adding a check never loosens a decision, wherever it is added', async () => {
  await fc.assert(
    fc.asyncProperty(plans, plan, fc.nat(), async (all, more, at) => {
      const before = await decide(all);
      const place = at % (all.length + 1);
      const after = await decide([...all.slice(0, place), more, ...all.slice(place)]);
      assert.ok(STRICTNESS[after.effect] >= STRICTNESS[before.effect]);
    }),
    { numRuns: 500 },
  );
});

test('the order of checks never matters for the effect', async () => {
  const orders = plans.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
  await fc.assert(
    fc.asyncProperty(orders, async ([all, shuffled]) => {
      assert.equal((await decide(shuffled)).effect, (await decide(all)).effect);
    }),
    { numRuns: 500 },
  );
});

test('an allowed call carries every obligation and the shortest time of its checks', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (all) => {
      const decision = await decide(all);
      if (decision.effect === 'deny') return;
      const passes = all.filter(({ way }) => way !== 'absent').flatMap(({ verdict: v }) => (v.pass ? [v] : []));
      // What a decision holds are the same edits, each with a memory of what it made last.
      const body = Payload.of('{}');
      const does = (edits: readonly Edit[]) => edits.map(({ name, apply }) => [name, apply(body)]);
      assert.deepEqual(does(decision.edits), does(passes.flatMap(({ edits }) => edits ?? [])));
      assert.deepEqual(
        decision.duties,
        passes.flatMap(({ duties }) => duties ?? []),
      );
      assert.equal(decision.findings.length, passes.flatMap(({ findings }) => findings ?? []).length);
      const times = passes.flatMap(({ timeoutMs }) => timeoutMs ?? []);
      assert.equal(decision.timeoutMs, times.length === 0 ? undefined : Math.min(...times));
    }),
    { numRuns: 500 },
  );
});

test('observe mode allows everything, applies nothing, and says what would have been denied', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (all) => {
      const observed = await decide(all, false);
      const enforced = await decide(all);
      assert.equal(observed.effect, 'allow');
      assert.equal(observed.enforced, false);
      assert.equal(observed.reason, undefined);
      assert.equal(observed.wouldDeny === undefined, enforced.effect === 'allow');
      if (enforced.effect !== 'allow') assert.deepEqual(observed.wouldDeny, enforced.reason);
    }),
    { numRuns: 500 },
  );
});

test('checks that all answer at once are decided at once', () => {
  const immediate = fc.array(
    plan.filter(({ way }) => way !== 'later' && way !== 'rejects'),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(immediate, (all) => {
      assert.ok(!(decideCall(policyOf(all.map(judgeOf)), callWith()) instanceof Promise));
    }),
  );
});
