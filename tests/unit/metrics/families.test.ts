import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approvalFamilies } from '../../../lib/metrics/approval-meter.ts';
import { BudgetMeter } from '../../../lib/metrics/budget-meter.ts';
import { CallMeter } from '../../../lib/metrics/call-meter.ts';
import { Exposition } from '../../../lib/metrics/exposition.ts';
import { gauge } from '../../../lib/metrics/family.ts';
import { KnownNames, OTHER } from '../../../lib/metrics/known-names.ts';
import type { PendingApproval } from '../../../lib/model/approval-desk.ts';
import type { Call } from '../../../lib/model/call.ts';
import type { Decision } from '../../../lib/model/decision.ts';
import type { Proof } from '../../../lib/model/principal.ts';
import { samplesIn, sumOf } from '../../support/watching/metrics.ts';

const ALLOW = { effect: 'allow' } as Decision;
const NOTHING = { backends: ['files'], tools: new Map(), clients: [], isPinned: () => false };
const offered = { kind: 'tool', id: 't', hash: 'h' };

function call(tool: string, clientId = 'local', proof: Proof = 'os-user', pinned = false): Call {
  const facts = pinned ? { offered } : {};
  const resource = { backend: 'files', type: 'tool', id: tool };
  return { id: tool, direction: 'to-backend', resource, principal: { clientId, proof }, facts } as unknown as Call;
}

test('quotes, newlines and backslashes in names stay values of labels', async () => {
  const nasty = 'a"} 1\nsallyport_fake{x="\\';
  const names = new KnownNames({ ...NOTHING, tools: new Map([['files', [nasty]]]) });
  const meter = new CallMeter(names);
  meter.called(call(nasty), ALLOW);
  const text = await new Exposition(meter.families, false).text();
  const [sample] = samplesIn(text).filter(({ name }) => name === 'sallyport_requests_total');
  assert.equal(sample?.labels.tool, nasty.replace('\n', '\\u000a'));
  assert.ok(!samplesIn(text).some(({ name }) => name === 'sallyport_fake'));
  const raw = gauge('sallyport_raw', 'x', () => [{ labels: { a: nasty }, value: 1 }]);
  const [escaped] = samplesIn(await new Exposition([raw], false).text());
  assert.equal(escaped?.labels.a, nasty, 'the library escapes what nobody made printable');
});

test('only what the operator wrote or approved has a name of its own', () => {
  const names = new KnownNames({ ...NOTHING, clients: ['agent'], isPinned: (_backend, { id }) => id === 't' });
  assert.equal(names.tool(call('unheard')), OTHER);
  const unpinned = { ...call('new'), facts: { offered: { ...offered, id: 'new' } } } as unknown as Call;
  assert.equal(names.tool(unpinned), OTHER);
  assert.equal(names.tool(call('t', 'local', 'os-user', true)), 't');
  assert.equal(names.tool(call('t')), 't', 'it is remembered');
  assert.equal(names.backend('elsewhere'), OTHER);
  assert.deepEqual(
    [
      names.client({ clientId: 'desk', proof: 'os-user' }),
      names.client({ clientId: 'ci', proof: 'api-key' }),
      names.client({ clientId: 'agent', proof: 'jwt' }),
      names.client({ clientId: 'anybody', proof: 'jwt' }),
      names.client({ clientId: 'anybody', proof: 'introspection' }),
    ],
    ['desk', 'ci', 'agent', OTHER, OTHER],
  );
});

test('names are bounded though they are approved', () => {
  const names = new KnownNames({ ...NOTHING, isPinned: () => true }, { tools: 3, clients: 2 });
  const shown = new Set(
    Array.from({ length: 100 }, (_, at) => names.tool(call(`tool-${at}`, 'local', 'os-user', true))),
  );
  assert.deepEqual([...shown], ['tool-0', 'tool-1', 'tool-2', OTHER]);
  const clients = new Set(Array.from({ length: 9 }, (_, at) => names.client({ clientId: `c${at}`, proof: 'api-key' })));
  assert.deepEqual([...clients], ['c0', 'c1', OTHER]);
});

test('there are only so many series, and what would be more is counted together', () => {
  const tools = Array.from({ length: 2000 }, (_, at) => `tool-${at}`);
  const meter = new CallMeter(new KnownNames({ ...NOTHING, tools: new Map([['files', tools]]) }));
  for (const tool of tools) for (let at = 0; at < 8; at++) meter.called(call(tool, `client-${at}`, 'api-key'), ALLOW);
  const samples = meter.families.find(({ name }) => name === 'sallyport_requests_total')!.samples();
  assert.ok(samples.length <= 10_001, `${samples.length}`);
  assert.equal(
    samples.reduce((sum, { value }) => sum + value, 0),
    16_000,
  );
  const [capped] = meter.families.find(({ name }) => name === 'sallyport_capped_series_total')!.samples();
  assert.equal(capped?.value, 6000);
});

test('a histogram counts up to its bounds, and a person is no overhead', async () => {
  const meter = new CallMeter(new KnownNames(NOTHING));
  const done = { outcome: 'ok', bytes: 1, ms: 101, targetMs: 100 } as const;
  meter.called(call('a'), ALLOW);
  meter.ended(call('a'), done);
  meter.called(call('b'), { ...ALLOW, agreed: {} } as Decision);
  meter.ended(call('b'), { ...done, ms: 60_000 });
  const text = await new Exposition(meter.families, false).text();
  assert.equal(sumOf(text, 'sallyport_overhead_seconds_bucket', { le: '0.0005' }), 0);
  assert.equal(sumOf(text, 'sallyport_overhead_seconds_bucket', { le: '0.001' }), 1);
  assert.equal(sumOf(text, 'sallyport_overhead_seconds_count'), 1);
  assert.equal(sumOf(text, 'sallyport_backend_duration_seconds_sum'), 0.2);
});

test('a budget is as used as by whoever used most, until its period ends', () => {
  let now = 1000;
  const meter = new BudgetMeter(['daily'], { now: () => now, monotonic: () => now });
  const take = (budget: string, holder: string, share: number) =>
    meter.spent({ budget, holder, unit: 'calls', used: 0, share, warns: false, resetsAtMs: 2000 });
  for (let at = 0; at < 5000; at++) take('daily', `client:${at}`, 0.1);
  take('daily', 'client:big', 0.8);
  take('elsewhere', 'x', 1);
  const [family] = meter.families;
  assert.deepEqual(family!.samples(), [{ labels: { budget: 'daily' }, value: 0.8 }]);
  now = 2000;
  assert.deepEqual(family!.samples(), [{ labels: { budget: 'daily' }, value: 0 }]);
});

test('approvals are counted while they wait, and how long they did when they end', () => {
  let hear: (change: 'asked' | 'ended', pending: PendingApproval) => void = () => {};
  const one = { askedMs: 1000 } as PendingApproval;
  let pending = [one];
  const watch = (heard: typeof hear) => {
    hear = heard;
    return () => {};
  };
  const desk = { pending: () => pending, watch };
  const [gaugeFamily, waits] = approvalFamilies((hear) => hear(desk), { now: () => 8000, monotonic: () => 0 });
  hear('asked', one);
  assert.equal(gaugeFamily!.samples()[0]!.value, 1);
  pending = [];
  hear('ended', one);
  assert.equal(gaugeFamily!.samples()[0]!.value, 0);
  assert.equal(waits!.samples().find(({ suffix }) => suffix === '_sum')?.value, 7);
});
