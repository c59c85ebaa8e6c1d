import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Done } from '../../../lib/model/audit.ts';
import { alertsOf, callBy, decisionOf, ruleOf, settled } from '../../support/watching/alarms.ts';

const DENIED = decisionOf('deny');
const done = (outcome: Done['outcome']): Done => ({ outcome, bytes: 0, ms: 1 });

test('an alert fires once when the line is crossed, and is over when it was not crossed for a whole window', async () => {
  const { alerts, clock, probe, noted, logged } = alertsOf([ruleOf('denied > 20 in 5m')]);
  for (let i = 0; i < 20; i++) alerts.called(callBy('ana'), DENIED);
  await settled();
  assert.deepEqual(probe.take(), []);
  alerts.called(callBy('ben'), DENIED);
  assert.deepEqual(probe.notices, [], 'nothing is told before the work has ended');
  await settled();
  assert.deepEqual(probe.take(), ['[high] rule: 21 denied calls within 5 min']);
  for (let i = 0; i < 100; i++) alerts.called(callBy('ana'), DENIED);
  await clock.goOn(60_000);
  assert.deepEqual(probe.take(), [], 'it goes on, and is not told again');
  // The last denial leaves the window five minutes and a part later; a window after that it is over.
  await clock.goOn(490_000);
  assert.deepEqual([probe.take(), alerts.standing], [[], 1]);
  await clock.goOn(90_000);
  assert.deepEqual(probe.take(), ['[high] rule is over: it was not over the line for a whole window']);
  assert.deepEqual([alerts.standing, clock.waiting], [0, 0], 'nothing is looked at any more');
  assert.deepEqual(
    noted.map(({ event, fields }) => [event, fields.alert, fields.count, fields.to]),
    [
      ['alert_fired', 'rule', 21, ['webhook']],
      ['alert_resolved', 'rule', 121, ['webhook']],
    ],
  );
  assert.deepEqual(logged, ['alert_fired', 'alert_resolved']);
});

test('a notice of the end has the key of that of the beginning, and the next alert has another', async () => {
  const { alerts, clock, probe } = alertsOf([ruleOf('denied > 0 in 1m per principal')]);
  for (const subject of ['ana', 'ben']) alerts.called(callBy(subject), DENIED);
  await clock.goOn(300_000);
  alerts.called(callBy('ana'), DENIED);
  await settled();
  const keys = probe.notices.map(({ key, type, title }) => [type, /ana|ben/.exec(title)?.[0], key] as const);
  const keyOf = (type: string, who: string) => keys.filter(([is, about]) => is === type && about === who);
  const [first, again] = keyOf('alert.fired', 'ana');
  assert.equal(keyOf('alert.resolved', 'ana')[0]![2], first![2]);
  assert.equal(keyOf('alert.resolved', 'ben')[0]![2], keyOf('alert.fired', 'ben')[0]![2]);
  assert.equal(new Set([first![2], again![2], keyOf('alert.fired', 'ben')[0]![2]]).size, 3);
  assert.equal(new Set(probe.notices.map(({ id }) => id)).size, 5, 'each notice has an id of its own');
});

test('an alert that goes on is told again after the time of `repeat`, and not before', async () => {
  const { alerts, clock, probe } = alertsOf([ruleOf('calls > 0 in 1m', { repeatMs: 600_000 })]);
  for (let minute = 0; minute < 25; minute++) {
    for (let i = 0; i < 3; i++) alerts.called(callBy('ana'), decisionOf('allow'));
    await clock.goOn(60_000);
  }
  const titles = probe.take();
  assert.equal(titles.length, 3);
  assert.equal(titles[0], '[high] rule: 1 calls within 60 s');
  assert.match(titles[1]!, /^\[high\] rule goes on: [36] calls within 60 s$/);
});

test('each measure counts its own, and filters choose among them', async () => {
  const rules = [
    ['denied', 'denied > 0 in 1m'],
    ['code', 'denied where code = SP3001 > 0 in 1m'],
    ['codes', 'denied where code = SP30* and principal = ana > 0 in 1m'],
    ['tool', 'calls where tool = files/write > 0 in 1m'],
    ['backend', 'calls where backend = github > 0 in 1m'],
    ['would', 'would_deny > 0 in 1m'],
    ['approvals', 'approvals > 0 in 1m'],
    ['errors', 'errors > 0 in 1m'],
    ['refused', 'refused where backend = github > 0 in 1m'],
  ].map(([name, when]) => ruleOf(when!, { name: name! }));
  const { alerts, probe } = alertsOf(rules);
  const fired = async () => {
    await settled();
    return probe.take().map((title) => /\] ([a-z]+):/.exec(title)![1]);
  };
  alerts.called(callBy('ana'), decisionOf('allow'));
  alerts.ended(callBy('ana'), done('ok'));
  alerts.refused({ from: 'client', code: 'SP8003', detail: '', bytes: 1 });
  assert.deepEqual(await fired(), []);
  alerts.called(callBy('ben'), DENIED);
  assert.deepEqual(await fired(), ['denied']);
  alerts.called(callBy('ana', 'write'), decisionOf('deny', 'SP3001'));
  assert.deepEqual(await fired(), ['tool', 'code', 'codes']);
  alerts.called(callBy('ana', 'x', 'github'), decisionOf('deny', 'SP6001'));
  assert.deepEqual(await fired(), ['backend', 'approvals']);
  alerts.called(callBy('ana'), { ...decisionOf('allow'), wouldDeny: { code: 'SP3002', text: '' } });
  assert.deepEqual(await fired(), ['would']);
  alerts.ended(callBy('ana'), done('timeout'));
  assert.deepEqual(await fired(), ['errors']);
  alerts.refused({ from: 'github', code: 'SP8003', detail: '', bytes: 1 });
  assert.deepEqual(await fired(), ['refused']);
});

test('a reply that was withheld and a request for what does not exist are denied as well', async () => {
  const { alerts, probe } = alertsOf([ruleOf('denied > 1 in 1m')]);
  alerts.ended(callBy('ana'), done('withheld'));
  alerts.unasked(callBy('ana'), { code: 'SP3002', text: '' });
  await settled();
  assert.deepEqual(probe.take(), ['[high] rule: 2 denied calls within 60 s']);
});

test('names without end take bounded memory, and what has no room of its own is counted together', async () => {
  const { alerts, clock, probe } = alertsOf([ruleOf('denied > 5 in 1m per tool')]);
  for (let i = 0; i < 100_000; i++) alerts.called(callBy('ana', `made-up-${i}`), DENIED);
  await settled();
  assert.deepEqual(probe.take(), ['[high] rule: 6 denied calls within 60 s (tool (others))']);
  await clock.goOn(240_000);
  assert.equal(probe.take().length, 1, 'it is over');
  for (let i = 0; i < 6; i++) alerts.called(callBy('ana', 'real'), DENIED);
  await settled();
  assert.deepEqual(probe.take(), ['[high] rule: 6 denied calls within 60 s (tool files/real)'], 'there is room again');
});

test('two people of one name at two issuers are counted apart', async () => {
  const { alerts, probe } = alertsOf([ruleOf('denied > 1 in 1m per principal')]);
  for (const issuer of ['https://a.example', 'https://b.example']) {
    const call = callBy('ana');
    alerts.called({ ...call, principal: { ...call.principal, proof: 'jwt', issuer } }, DENIED);
  }
  await settled();
  assert.deepEqual(probe.take(), []);
});

test('what others call themselves is masked and shown as text', async () => {
  const { alerts, probe } = alertsOf([ruleOf('denied > 0 in 1m per principal')]);
  alerts.called(callBy('hunter2\u001b[2J\u202e\n<!channel> *bold* `x`'), DENIED);
  await settled();
  const [title] = probe.take();
  assert.equal(
    title,
    '[high] rule: 1 denied calls within 60 s (principal [masked]\\u001b[2J\\u202e\\u000a<!channel> *bold* `x`)',
  );
});

test('after the end nothing is told, and what had fired is', async () => {
  const { alerts, probe, clock } = alertsOf([ruleOf('denied > 0 in 1m')]);
  alerts.called(callBy('ana'), DENIED);
  alerts.close();
  assert.equal(probe.take().length, 1);
  alerts.called(callBy('ana'), DENIED);
  await clock.goOn(1_000_000);
  assert.deepEqual([probe.take(), clock.waiting], [[], 0]);
});
