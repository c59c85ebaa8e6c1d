import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECKS } from '../../lib/checks/index.ts';
import { PASS, type Verdict } from '../../lib/model/decision.ts';
import { defineCheck } from '../../lib/policy/check.ts';
import { createEngine } from '../support/engine/engine.ts';

/** A check that takes as long as a test wants, at its place in the pipeline. */
function slowCheck() {
  const waiting: (() => void)[] = [];
  let open = false;
  const check = defineCheck({
    id: 'slow',
    about: 'Takes as long as the test wants.',
    create: () => ({
      call: ({ action }) => {
        if (action !== 'tools/call') return PASS;
        if (open) return Promise.resolve(PASS);
        return new Promise<Verdict>((resolve) => waiting.push(() => resolve(PASS)));
      },
    }),
  });
  const go = () => {
    open = true;
    for (const resolve of waiting.splice(0)) resolve();
  };
  return { check, go };
}

/** The pipeline with `check` in front of the one called `id`. */
function before(id: string, check: ReturnType<typeof slowCheck>['check']) {
  return CHECKS.flatMap((one) => (one.id === id ? [check, one] : [one]));
}

test('no more calls run at once than allowed when all of them came while the first was being decided', async (t) => {
  const { check, go } = slowCheck();
  const config = 'limits: { max_concurrent_calls: 2 }\n';
  const engine = createEngine(t, { checks: before('paths', check), config });
  const client = engine.client('ana');
  await client.initialize();
  await client.ask('tools/list');
  engine.server.hold('tools/call');
  const answers = Array.from({ length: 6 }, (_, index) => client.call('work', { index }));
  await client.ask('ping');
  go();
  await engine.server.askedTimes('tools/call', 2);
  const denied = await Promise.all(answers.slice(2));
  for (const answer of denied) assert.match(JSON.stringify(answer), /SP3013/);
  assert.equal(engine.server.asked('tools/call').length, 2);
});

test('no more calls run at once than allowed when several sessions of one principal are being decided about', async (t) => {
  const { check, go } = slowCheck();
  const config = 'limits: { max_concurrent_calls: 2 }\n';
  const engine = createEngine(t, { checks: before('paths', check), config });
  const clients = Array.from({ length: 4 }, () => engine.client('ana'));
  for (const client of clients) await client.initialize();
  await clients[0]!.ask('tools/list');
  engine.server.hold('tools/call');
  const answers = clients.map((client) => client.call('work'));
  for (const client of clients) await client.ask('ping');
  go();
  await engine.server.askedTimes('tools/call', 2);
  for (const answer of await Promise.all(answers.slice(2))) assert.match(JSON.stringify(answer), /SP3013/);
  assert.equal(engine.server.asked('tools/call').length, 2);
});

test('a call that is cancelled while it is decided about uses up nothing of a budget', async (t) => {
  const { check, go } = slowCheck();
  const config = 'budgets: [{ name: few, unit: calls, limit: 1, window: 1d }]\n';
  const reserved = new Set<string>();
  const budgets = {
    reserve: (_slot: unknown, id: string) => {
      reserved.add(id);
      return { granted: reserved.size <= 1, used: reserved.size, resetsAtMs: Date.now() + 1000 };
    },
    settle: (_slot: unknown, id: string, used: number) => {
      if (used === 0) reserved.delete(id);
    },
    look: () => ({ granted: true, used: 0, resetsAtMs: 0 }),
  };
  const engine = createEngine(t, { checks: before('paths', check), config, state: { budgets } });
  const client = engine.client('ana');
  await client.initialize();
  await client.ask('tools/list');
  client.send({ jsonrpc: '2.0', id: 'mine', method: 'tools/call', params: { name: 'work' } });
  await client.ask('ping');
  client.notify('notifications/cancelled', { requestId: 'mine' });
  await client.ask('ping');
  go();
  const answer = await client.call('work');
  assert.equal(answer.result.isError, undefined, JSON.stringify(answer));
  assert.equal(engine.server.asked('tools/call').length, 1);
});
