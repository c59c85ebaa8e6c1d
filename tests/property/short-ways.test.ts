import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TAIL, Tails } from '../../lib/inspect/tails.ts';
import { deny, pass, type Verdict } from '../../lib/model/decision.ts';
import type { Judge } from '../../lib/policy/check.ts';
import { decideCall, decideReply } from '../../lib/policy/decide.ts';
import { callWith, policyOf, replyOf } from '../support/policy/calls.ts';
import { Inspected } from '../support/policy/inspected.ts';

const ELSEWHERE = { sha256: '0'.repeat(64), reason: 'a text nobody sends' };

test('ends of texts are kept as a plain list would keep them, however sessions and tools take turns', () => {
  const name = fc.constantFrom('a', 'b', 'x'.repeat(300), 'y'.repeat(300));
  const step = fc.record({
    does: fc.constantFrom('remember', 'remember', 'of', 'forget'),
    session: fc.constantFrom('s', 's2', ''),
    tool: name,
    text: fc.constantFrom('', 'one', 'two', 'z'.repeat(400)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const tails = new Tails();
      const plain = new Map<string, string>();
      for (const { does, session, tool, text } of steps) {
        const key = JSON.stringify([session, tool]);
        if (does === 'of') assert.equal(tails.of(session, tool), plain.get(key) ?? '');
        else if (does === 'remember') {
          tails.remember(session, tool, text);
          plain.set(key, text.slice(-TAIL));
        } else {
          tails.forget(session);
          for (const kept of plain.keys()) if (JSON.parse(kept)[0] === session) plain.delete(kept);
        }
      }
      for (const [key, text] of plain) {
        const [session, tool] = JSON.parse(key) as [string, string];
        assert.equal(tails.of(session, tool), text);
      }
    }),
  );
});

test('the end that was remembered last is forgotten last, also when it was taken back in between', () => {
  const tails = new Tails();
  tails.remember('s', 'early', 'one');
  tails.remember('s', 'late', 'two');
  tails.remember('s', 'late', '');
  tails.remember('s', 'early', 'three');
  tails.remember('s', 'late', 'four');
  tails.remember('s', 'early', 'five');
  for (let index = 0; index < 4095; index++) tails.remember('s', `t${index}`, 'end');
  assert.deepEqual([tails.of('s', 'late'), tails.of('s', 'early')], ['', 'five']);
});

test('checks of calls alone and of replies alone are asked in their order, as if all knew both', async () => {
  const answers: readonly (Verdict | 'none')[] = [
    'none',
    pass(),
    pass({ timeoutMs: 5 }),
    pass({ findings: ['seen'] }),
    deny({ code: 'SP3003', text: 'no' }),
  ];
  const answer = fc.constantFrom(...answers);
  const judges = fc.array(fc.record({ call: answer, reply: answer, isLate: fc.boolean() }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(judges, async (parts) => {
      const judge = (verdict: Verdict, isLate: boolean) => () => (isLate ? Promise.resolve(verdict) : verdict);
      const known = (fills: boolean) =>
        policyOf(
          parts.map(({ call, reply, isLate }): Judge => {
            const own: Judge = {};
            if (call !== 'none' || fills) own.call = judge(call === 'none' ? pass() : call, isLate);
            if (reply !== 'none' || fills) own.reply = judge(reply === 'none' ? pass() : reply, isLate);
            return own;
          }),
        );
      const [some, all] = [known(false), known(true)];
      const named = (checks: readonly { id: string }[]) => checks.map(({ id }) => id);
      assert.deepEqual(named(some.checks), named(all.checks));
      assert.deepEqual(await decideCall(some, callWith()), await decideCall(all, callWith()));
      const reply = replyOf({});
      assert.deepEqual(await decideReply(some, callWith(), reply), await decideReply(all, callWith(), reply));
    }),
  );
});

test('a message is judged alike where an exception that is not met makes it take the long way', async () => {
  const short = await Inspected.with({ action: 'block' });
  const long = await Inspected.with({ action: 'block', allow: [ELSEWHERE] });
  const word = fc.constantFrom(
    'fine',
    'so',
    'EVIL',
    'MAYBE',
    'VEILED',
    'HIDDEN',
    'THROW',
    'UNSEEN',
    'notes',
    'x'.repeat(20_000),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(word, { maxLength: 3 }), { maxLength: 4 }), async (pages) => {
      for (const words of pages) {
        const [one, other] = [await short.texts(words.join(' ')), await long.texts(words.join(' '))];
        assert.deepEqual(one.decision, other.decision);
        assert.deepEqual((await short.call(words)).decision, (await long.call(words)).decision);
      }
    }),
    { numRuns: 30 },
  );
});
