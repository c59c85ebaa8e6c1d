import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alertsOf, callBy, decisionOf, ruleOf, settled } from '../../support/watching/alarms.ts';

test('an event fires for each backend, and what happens in one piece of work is told in one notice', async () => {
  const { alerts, probe } = alertsOf([ruleOf('event = tool_changed', { severity: 'critical' })]);
  for (let i = 0; i < 14; i++)
    alerts.event('tool_changed', { backend: 'github', item: `t${i}`, pinned: 'a1', offered: 'b2', code: 'SP4122' });
  alerts.event('tool_changed', { backend: 'files', tool: 'read', code: 'SP4122' });
  alerts.event('tool_added', { backend: 'files', tool: 'new' });
  await settled();
  const [github, files] = probe.notices;
  assert.deepEqual(probe.notices.length, 2);
  assert.equal(github!.title, '[critical] rule: tool_changed, 14 times (backend github)');
  assert.deepEqual(
    [github!.lines[0], github!.lines[9], github!.lines[10]],
    ['backend github, item t0, code SP4122', 'backend github, item t9, code SP4122', '… and 4 more'],
  );
  assert.equal(files!.title, '[critical] rule: tool_changed (backend files)');
});

test('a filter chooses the tool, the backend or the code an event is about', async () => {
  const { alerts, probe } = alertsOf([
    ruleOf('event = tool_changed where tool = github/create_issue', { name: 'one' }),
    ruleOf('event = tool_changed where backend = files', { name: 'files' }),
    ruleOf('event = tool_changed where code = SP9*', { name: 'none' }),
  ]);
  for (const item of ['create_issue', 'list_issues']) alerts.event('tool_changed', { backend: 'github', item });
  alerts.event('tool_changed', { backend: 'files', item: 'read', code: 'SP4122' });
  await settled();
  assert.deepEqual(probe.take(), [
    '[high] one: tool_changed (backend github)',
    '[high] files: tool_changed (backend files)',
  ]);
});

test('an event that nothing ends is over when it did not happen again for the stated time', async () => {
  const { alerts, clock, probe } = alertsOf([ruleOf('event = tool_changed', { resolveAfterMs: 600_000 })]);
  alerts.event('tool_changed', { backend: 'github', tool: 'a' });
  await clock.goOn(500_000);
  alerts.event('tool_changed', { backend: 'github', tool: 'b' });
  await clock.goOn(500_000);
  assert.deepEqual(probe.take(), ['[high] rule: tool_changed (backend github)']);
  await clock.goOn(130_000);
  const [over] = probe.notices;
  assert.equal(over!.title, '[high] rule is over: it did not happen again (backend github)');
  assert.equal(over!.lines[0], 'backend github, tool b', 'what was not told before is told now');
  assert.equal(over!.data.count, 2);
  assert.deepEqual([alerts.standing, clock.waiting], [0, 0]);
});

test('a server that is down is so until it is up, and one that comes and goes is one alert', async () => {
  const { alerts, clock, probe } = alertsOf([ruleOf('event = backend_down', { resolveAfterMs: undefined })]);
  const down = (backend: string) => alerts.event('backend_down', { backend, code: 'SP5002', why: 'it ended' });
  for (let i = 0; i < 50; i++) {
    down('github');
    await clock.goOn(1000);
    alerts.event('backend_up', { backend: 'github' });
    await clock.goOn(1000);
  }
  assert.equal(probe.take().length, 1);
  await clock.goOn(31_000 + 30_000);
  assert.deepEqual(probe.take(), ['[high] rule is over: backend_up followed (backend github)']);
  down('github');
  await clock.goOn(50 * 60_000);
  alerts.event('backend_up', { backend: 'files' });
  await clock.goOn(5 * 60_000);
  assert.deepEqual(probe.take(), ['[high] rule: backend_down (backend github)'], 'another server is up, not this one');
  await clock.goOn(6 * 60_000);
  assert.deepEqual(probe.take(), ['[high] rule goes on: backend_down (backend github)'], 'after an hour');
});

test('alerts never are about alerts', async () => {
  const { alerts, probe, noted } = alertsOf([
    { ...ruleOf('event = stopped'), condition: { kind: 'event', event: 'alert_fired', filters: [] } },
    ruleOf('event = stopped', { name: 'other', to: [] }),
  ]);
  alerts.event('stopped', { by: 'ana', why: 'x' });
  await settled();
  assert.deepEqual([probe.take(), noted.map(({ fields }) => fields.alert)], [[], ['other']]);
});

test('what a watched event says is shown as text, with secrets masked', async () => {
  const { alerts, probe } = alertsOf([ruleOf('event = config_reload_failed')]);
  alerts.event('config_reload_failed', { why: 'the key hunter2\u001b]0;x\u0007 is wrong', deep: { is: 'left out' } });
  await settled();
  assert.equal(probe.notices[0]!.lines[0], 'why the key [masked]\\u001b]0;x\\u0007 is wrong');
});

test('a budget is told of once in a period, for each who has one, and is over with the period', async () => {
  const { alerts, clock, probe } = alertsOf([
    ruleOf('budget spent >= 80%', { name: 'any' }),
    ruleOf('budget daily spent >= 100%', { name: 'daily' }),
  ]);
  const resetsAtMs = clock.now() + 3_600_000;
  const spend = (share: number, holder = 'tenant:a', budget = 'daily') =>
    alerts.spent({ budget, holder, unit: 'calls', used: 0, share, warns: false, resetsAtMs });
  for (const share of [0.1, 0.79, 0.8, 0.9]) spend(share);
  await settled();
  assert.deepEqual(probe.take(), ['[high] any: 80 % spent (budget daily tenant:a)']);
  spend(1.2);
  spend(0.95, 'tenant:b', 'weekly');
  await settled();
  assert.deepEqual(probe.take(), [
    '[high] daily: 120 % spent (budget daily tenant:a)',
    '[high] any: 95 % spent (budget weekly tenant:b)',
  ]);
  await clock.goOn(3_500_000);
  assert.equal(alerts.standing, 3);
  await clock.goOn(200_000);
  assert.equal(alerts.standing, 0);
  assert.deepEqual(new Set(probe.take()).size, 3);
  alerts.spent({
    budget: 'daily',
    holder: 'tenant:a',
    unit: 'calls',
    used: 0,
    share: 0.85,
    warns: true,
    resetsAtMs: resetsAtMs + 3_600_000,
  });
  await settled();
  assert.deepEqual(probe.take(), ['[high] any: 85 % spent (budget daily tenant:a)'], 'a new period is a new alert');
});

test('what fails at telling fails alone', async () => {
  const { alerts, probe, logged } = alertsOf([ruleOf('denied > 0 in 1m')], {
    note: () => {
      throw new Error('no');
    },
  });
  alerts.called(callBy('ana'), decisionOf('deny'));
  await settled();
  assert.deepEqual([probe.take().length, logged], [1, ['alert_fired', 'alert_not_told']]);
});
