import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { CHECKS } from '../../lib/checks/index.ts';
import { PASS, type Verdict } from '../../lib/model/decision.ts';
import { defineCheck } from '../../lib/policy/check.ts';
import { createEngine } from '../support/engine/engine.ts';

const LARGE = 'x'.repeat(900_000);

/** A client with three large answers that wait for a judge, and a small one behind them. */
async function waiting(t: TestContext) {
  const judged: (() => void)[] = [];
  const slow = defineCheck({
    id: 'slow',
    about: 'Takes as long as the test wants for what is large.',
    create: () => ({
      reply: (_call, { body }) =>
        body.size < 1000 ? PASS : new Promise<Verdict>((resolve) => judged.push(() => resolve(PASS))),
    }),
  });
  const engine = createEngine(t, {
    checks: [...CHECKS, slow],
    config: 'security: { injection: { enabled: false } }\n',
  });
  const client = engine.client('ana');
  await client.initialize();
  await client.ask('tools/list');
  engine.server.hold('tools/call');
  const calls = ['a', 'b', 'c', 'small'].map((name) => client.call('work', { name }));
  const asked = await engine.server.askedTimes('tools/call', 4);
  const answer = (index: number, text: string) =>
    engine.server.result(asked[index]!.id, { content: [{ type: 'text', text }] });
  for (const index of [0, 1, 2]) answer(index, LARGE);
  while (judged.length < 3) await new Promise(setImmediate);
  return { engine, client, calls, answer, judged };
}

test('a server whose answers wait is read again when they are through, and nothing it said is lost', async (t) => {
  const { calls, answer, judged } = await waiting(t);
  const seen: string[] = [];
  void calls[3]!.then(() => seen.push('small'));
  answer(3, 'done');
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
  assert.deepEqual(seen, [], 'it is not read');
  for (const go of judged) go();
  const all = await Promise.all(calls);
  assert.deepEqual(
    all.map(({ result }) => result.content[0].text.length),
    [LARGE.length, LARGE.length, LARGE.length, 4],
  );
});

test('the losses of a server that crashes are told after the answers that wait, and it is started again', async (t) => {
  const { engine, client, calls, judged } = await waiting(t);
  engine.server.crash();
  for (const go of judged) go();
  const all = await Promise.all(calls);
  for (const { result } of all.slice(0, 3)) assert.equal(result.content[0].text.length, LARGE.length);
  assert.match(JSON.stringify(all[3]), /SP5002/);
  engine.server.onRequest('tools/call', () => ({ content: [{ type: 'text', text: 'again' }] }));
  assert.match(JSON.stringify(await client.call('work')), /again/);
});
