import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Answer } from '../../lib/model/call.ts';
import { type Duty, deny, type Edit, pass, type Verdict } from '../../lib/model/decision.ts';
import type { Later } from '../../lib/model/later.ts';
import type { Judge } from '../../lib/policy/check.ts';
import { Scene } from '../support/engine/exchange-scene.ts';
import { policyOf, replyOf } from '../support/policy/calls.ts';

/** Things that come later, in the order the schedule lets them. */
class Pool {
  readonly #waiting: (() => void)[] = [];

  later<T>(value: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(value());
        } catch (error) {
          reject(error as Error);
        }
      });
    });
  }

  /** Lets one of them come; false when there is none. */
  release(choice: number): boolean {
    const [one] = this.#waiting.splice(choice % Math.max(1, this.#waiting.length), 1);
    one?.();
    return one !== undefined;
  }
}

/** Lets everything run that a settled promise has set off. */
async function settle(): Promise<void> {
  for (let i = 0; i < 12; i++) await undefined;
}

const WAYS = ['now', 'later', 'throws', 'rejects'] as const;
type Way = (typeof WAYS)[number];

function come<T>(pool: Pool, way: Way, value: T): Later<T> {
  if (way === 'now') return value;
  if (way === 'throws') throw new Error('broken');
  return pool.later(() => {
    if (way === 'rejects') throw new Error('broken');
    return value;
  });
}

const reason = { code: 'SP3001', text: 'not allowed' } as const;
const VERDICTS = ['pass', 'deny', 'hidden', 'approval', 'broken', 'duty', 'edit'] as const;
interface Plan {
  readonly verdict: (typeof VERDICTS)[number];
  readonly way: Way;
  /** How its duty is done, or its edit. */
  readonly done: Way;
}

function verdictOf({ verdict, done }: Plan, pool: Pool): Verdict {
  if (verdict === 'deny') return deny(reason);
  if (verdict === 'hidden') return deny({ ...reason, hidden: true });
  if (verdict === 'approval') return pass({ approval: reason });
  if (verdict === 'broken') return {} as Verdict;
  const duty: Duty = { name: 'duty', perform: () => come(pool, done, undefined) };
  if (verdict === 'duty') return pass({ duties: [duty] });
  const edit: Edit = {
    name: 'edit',
    apply: (body) => {
      if (done === 'throws') throw new Error('an edit that fails');
      return body;
    },
  };
  return verdict === 'edit' ? pass({ edits: [edit] }) : pass();
}

function judgeOf(plans: { readonly call?: Plan | undefined; readonly reply?: Plan | undefined }, pool: Pool): Judge {
  const half = (plan: Plan | undefined) => plan && (() => come(pool, plan.way, verdictOf(plan, pool)));
  const [call, reply] = [half(plans.call), half(plans.reply)];
  return { ...(call && { call }), ...(reply && { reply }) };
}

/** Lets a call through, whenever it comes. */
function letsThrough({ verdict, way, done }: Plan): boolean {
  if (way === 'throws' || way === 'rejects') return false;
  if (verdict === 'pass') return true;
  if (verdict === 'edit') return done !== 'throws';
  return verdict === 'duty' && (done === 'now' || done === 'later');
}

const plan: fc.Arbitrary<Plan> = fc.record({
  verdict: fc.constantFrom('pass', 'pass', 'pass', 'edit', 'duty', ...VERDICTS),
  way: fc.constantFrom('now', 'now', 'later', ...WAYS),
  done: fc.constantFrom('now', ...WAYS),
});
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const answers: readonly Answer[] = [
  replyOf({ content: [] }),
  replyOf({ code: -32000, message: 'no' }, false),
  { loss: { code: 'SP5002', text: 'it ended' } },
  'cancelled',
];

const scenario = fc.record({
  judges: fc.array(fc.record({ call: optional(plan), reply: optional(plan) }), { maxLength: 4 }),
  frames: fc.constantFrom(1, 1, 3),
  writes: fc.constantFrom(true, true, false),
  askThrows: fc.boolean(),
  cancelThrows: fc.boolean(),
  atOnce: optional(fc.constantFrom(...answers)),
  auditThrows: fc.constantFrom([], [], [], ['call'], ['done'], ['call', 'done'] as const),
  events: fc.array(
    fc.oneof(
      fc.record({ do: fc.constant('release' as const), choice: fc.nat(7) }),
      fc.record({ do: fc.constant('answer' as const), answer: fc.constantFrom(...answers) }),
      fc.record({ do: fc.constantFrom('cancel' as const, 'lose' as const, 'settle' as const) }),
      fc.record({ do: fc.constant('log' as const), writes: fc.boolean() }),
    ),
    { maxLength: 12 },
  ),
  together: fc.boolean(),
});

test('every request gets exactly one answer whatever throws, unless it was cancelled', async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async ({ judges, events, together, auditThrows, writes, ...options }) => {
      const pool = new Pool();
      const policy = policyOf(judges.map((plans) => judgeOf(plans, pool)));
      const scene = new Scene({ ...options, policy });
      scene.audit.throws = new Set(auditThrows);
      scene.audit.writes = writes;
      let cancelled = options.atOnce === 'cancelled';
      const { exchange, turn } = scene;
      const act = (event: (typeof events)[number]) => {
        if (event.do === 'release') pool.release(event.choice);
        else if (event.do === 'log') scene.audit.writes = event.writes;
        else if (event.do === 'lose') exchange.lose({ code: 'SP5010', text: 'closing' });
        else if (event.do === 'answer') {
          cancelled ||= event.answer === 'cancelled';
          scene.answer(event.answer);
        } else if (event.do === 'cancel') {
          cancelled = true;
          exchange.cancel(undefined);
        }
      };
      if (together) {
        turn.run(() => {
          exchange.run();
          for (const event of events) act(event);
        });
      } else {
        turn.run(() => exchange.run());
        for (const event of events) {
          turn.run(() => act(event));
          if (event.do === 'settle') await settle();
        }
      }
      do await settle();
      while (pool.release(0));
      turn.run(() => exchange.lose({ code: 'SP5010', text: 'closing' }));
      await settle();

      const { length } = scene.toAsker.lines;
      assert.ok(length === 1 || (length === 0 && cancelled && scene.dismissed === 1), `${length} answers`);
      const calls = scene.audit.told.filter((line) => line === 'call').length;
      const done = scene.audit.told.filter((line) => line.startsWith('done')).length;
      assert.ok(calls <= 1 && done <= 1, scene.audit.told.join());
      if (scene.asked) {
        assert.deepEqual(scene.toldBefore, ['call'], 'nothing leaves before its decision is in the log');
        assert.ok(judges.every(({ call }) => call === undefined || letsThrough(call)));
      }
    }),
    { numRuns: 3000 },
  );
});
