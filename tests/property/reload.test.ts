import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { Gateway } from '../../lib/gateway/gateway.ts';
import { deny, pass, type Verdict } from '../../lib/model/decision.ts';
import type { Later } from '../../lib/model/later.ts';
import type { CheckDefinition } from '../../lib/policy/check.ts';
import type { Policy } from '../../lib/policy/policy.ts';
import { createEngine, type EngineClient } from '../support/engine/engine.ts';
import type { Message } from '../support/mcp/lines.ts';
import { compiled } from '../support/policy/policy-state.ts';

/** What each policy says of calls and of replies, and whether it takes its time. */
const policyPlan = fc.record({ denies: fc.boolean(), withholds: fc.boolean(), slow: fc.boolean() });
type PolicyPlan = typeof policyPlan extends fc.Arbitrary<infer T> ? T : never;

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('call' as const), who: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reload' as const), plan: policyPlan }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('judged' as const), which: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('served' as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(9) }) },
);

const settle = async (): Promise<void> => {
  for (let i = 0; i < 4; i++) await new Promise(setImmediate);
};

/** What a check is asked and has not answered yet. */
const waiting: (() => void)[] = [];

/** Says in each decision under which revision it was made. */
function checkOf(revision: string, { denies, withholds, slow }: PolicyPlan): CheckDefinition {
  const judged = (refuses: boolean): Later<Verdict> => {
    const verdict = refuses ? deny({ code: 'SP3001', text: revision }) : pass({ findings: [revision] });
    return slow ? new Promise((resolve) => void waiting.push(() => resolve(verdict))) : verdict;
  };
  const isCall = ({ action }: { readonly action: string }) => action === 'tools/call';
  return {
    id: 'tagged',
    about: 'A check of a test.',
    create: () => ({
      call: (call) => (isCall(call) ? judged(denies) : pass()),
      reply: (call) => (isCall(call) ? judged(withholds) : pass()),
      ended: ({ id }, { forwarded }) => void ended.push([id, revision, forwarded]),
    }),
  };
}

const ended: [id: string, revision: string, forwarded: boolean][] = [];

/** A gateway whose policy is swapped while calls are decided, served and answered. */
class Play {
  readonly plans = new Map<string, PolicyPlan>();
  readonly clients: EngineClient[] = [];
  readonly calls: { readonly client: EngineClient; readonly id: string; cancelled: boolean }[] = [];
  readonly open: (string | number)[] = [];
  readonly engine;
  #made = 0;

  constructor(t: TestContext) {
    this.engine = createEngine(t, { checks: [checkOf('first', { denies: false, withholds: false, slow: false })] });
    this.plans.set(this.gateway.policy.revision, { denies: false, withholds: false, slow: false });
    this.engine.server.onRequest('tools/call', ({ id }) => void this.open.push(id));
  }

  get gateway(): Gateway {
    return this.engine.gateway;
  }

  async begin(): Promise<void> {
    this.reload({ denies: false, withholds: false, slow: true });
    for (const name of ['ana', 'bob', 'cy']) {
      const client = this.engine.client(name);
      this.clients.push(client);
      await client.initialize();
      await client.ask('tools/list');
    }
  }

  reload(plan: PolicyPlan): void {
    const revision = `revision ${++this.#made}`;
    const config = { ...this.gateway.config, revision };
    const policy: Policy = compiled(config, [checkOf(revision, plan)]);
    this.plans.set(revision, plan);
    this.gateway.turn.run(() => this.gateway.apply(config, policy));
  }

  call(who: number): void {
    const client = this.clients[who]!;
    const id = `c${this.calls.length}`;
    this.calls.push({ client, id, cancelled: false });
    client.send(client.callLine(JSON.stringify(id), 'work', JSON.stringify({ id })));
  }

  cancel(which: number): void {
    const call = this.calls[which % Math.max(1, this.calls.length)];
    if (call === undefined) return;
    call.cancelled = true;
    call.client.notify('notifications/cancelled', { requestId: call.id });
  }

  serve(which: number): void {
    const [id] = this.open.splice(which % Math.max(1, this.open.length), 1);
    if (id !== undefined) this.engine.server.result(id, { content: [{ type: 'text', text: `served ${id}` }] });
  }

  async finish(): Promise<void> {
    do {
      while (this.open.length > 0) this.serve(0);
      for (const answer of waiting.splice(0)) answer();
      await settle();
    } while (this.open.length + waiting.length > 0);
  }

  answersTo({ client, id }: Play['calls'][number]): Message[] {
    return client.messages.filter((message) => message.id === id && message.method === undefined);
  }
}

function assertWhole(play: Play): void {
  const { records } = play.engine.audit;
  const called = records.filter((one) => one.kind === 'call' && one.call.action === 'tools/call');
  assert.equal(called.length, new Set(called.map((one) => 'call' in one && one.call.id)).size, 'a decision twice');
  assert.ok(called.length <= play.calls.length);
  for (const call of play.calls) {
    const answers = play.answersTo(call);
    const decided = called.filter((one) => one.kind === 'call' && (one.call.args!.json() as Message).id === call.id);
    const [record] = decided;
    if (call.cancelled) assert.ok(answers.length <= 1 && decided.length <= 1, `${call.id} was cancelled`);
    else assert.deepEqual([answers.length, decided.length], [1, 1], `${call.id}: one answer, one decision`);
    if (record?.kind !== 'call') continue;
    const plan = play.plans.get(record.revision)!;
    const said = record.decision.reason?.text ?? record.decision.findings[0]?.note;
    assert.equal(said, record.revision, 'it was decided under the revision its record names');
    assert.equal(record.decision.effect, plan.denies ? 'deny' : 'allow');
    const done = records.filter((one) => one.kind === 'done' && one.call.id === record.call.id);
    assert.equal(done.length, plan.denies ? 0 : 1, `${call.id}: an end for what began`);
    const [end] = done;
    if (end?.kind === 'done' && end.done.decision !== undefined) {
      const { effect, reason, findings } = end.done.decision;
      assert.equal(reason?.text ?? findings[0]?.note, record.revision, 'and its reply under the same');
      assert.equal(effect, plan.withholds ? 'deny' : 'allow');
    }
    const heard = ended.filter(([id]) => id === record.call.id);
    assert.deepEqual(heard, [[record.call.id, record.revision, !plan.denies]], 'its own checks hear once how it ended');
    const [answer] = answers;
    if (answer !== undefined) assert.equal(answer.result.isError === true, plan.denies || plan.withholds);
  }
}

test('a reload under load never drops or doubles a decision, and no call is judged by two policies', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      waiting.length = 0;
      ended.length = 0;
      const play = new Play(t);
      await play.begin();
      for (const next of steps) {
        if (next.kind === 'call') play.call(next.who);
        else if (next.kind === 'reload') play.reload(next.plan);
        else if (next.kind === 'served') play.serve(next.which);
        else if (next.kind === 'cancel') play.cancel(next.which);
        else waiting.splice(next.which % Math.max(1, waiting.length), 1)[0]?.();
        await settle();
      }
      await play.finish();
      assertWhole(play);
      await play.gateway.close(true);
    }),
    { numRuns: 60 },
  );
});

test('three hundred calls at once keep the policies they began with, while these are swapped beneath them', async (t) => {
  waiting.length = 0;
  ended.length = 0;
  const play = new Play(t);
  await play.begin();
  for (let i = 0; i < 300; i++) {
    play.call(i % 3);
    if (i % 10 === 0) {
      await settle();
      play.reload({ denies: i % 4 === 0, withholds: i % 3 === 0, slow: i % 20 === 0 });
    }
  }
  await settle();
  await play.finish();
  assertWhole(play);
});
