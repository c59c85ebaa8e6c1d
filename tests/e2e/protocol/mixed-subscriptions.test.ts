import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heardOn, listen, streamOf, told, UPDATED } from '../../support/http/streams.ts';
import { openFixture } from '../../support/mcp/eras.ts';
import { upstream } from '../../support/mcp/upstream.ts';

const A = 'file:///a.txt';
const TOOLS = 'notifications/tools/list_changed';

test('53: streams of a modern client carry what a legacy server tells, over a restart of it', async (t) => {
  const gateway = await openFixture(t, 'modern', [], { serverEra: 'legacy' });
  const wanted = { toolsListChanged: true, resourceSubscriptions: [A] };
  assert.deepEqual(await listen(gateway, 'L', wanted), wanted);
  assert.deepEqual(await listen(gateway, 2, { resourceSubscriptions: [A] }), { resourceSubscriptions: [A] });
  await gateway.call('touch', { about: 'file:///unasked.txt' });
  const before = heardOn(gateway, 2).length;
  await gateway.call('touch', { about: A });
  await gateway.call('changed', { times: 500 });
  await gateway.until((message) => message.method === TOOLS && streamOf(message) === 'L');
  await gateway.call('slow', { ms: 300 });
  assert.equal(heardOn(gateway, 2).length, before + 1);
  assert.equal(heardOn(gateway, 'L').filter((method) => method === TOOLS).length, 1, '54: a storm is told once');
  assert.equal((await upstream(gateway)).filter(({ method }) => method === 'resources/subscribe').length, 1);
  const from = gateway.lines.length;
  await gateway.call('crash');
  // The fixture sends an update with each subscription, right behind its answer.
  for (const id of ['L', 2]) {
    await gateway.until((message) => message.method === UPDATED && streamOf(message) === id, from);
  }
  const methods = (await upstream(gateway)).map(({ method }) => method);
  assert.equal(methods.filter((method) => method === 'resources/subscribe').length, 1);
  assert.ok(!methods.includes('subscriptions/listen'));
  for (const requestId of ['L', 2]) gateway.notify('notifications/cancelled', { requestId });
  await gateway.call('touch', { about: A });
  const left = (await upstream(gateway)).filter(({ method }) => method === 'resources/unsubscribe');
  assert.deepEqual(
    left.map(({ params }) => params),
    [{ uri: A }],
  );
});

test('52: a legacy client hears what a modern server tells on a stream of the gateway, over a restart of it', async (t) => {
  const gateway = await openFixture(t, 'legacy', [], { serverEra: 'modern' });
  const updates = () => told(gateway, UPDATED).length;
  await gateway.call('touch', { about: A, tools: true });
  await gateway.until(({ method }) => method === TOOLS);
  assert.equal(updates(), 0, 'nobody has subscribed');
  for (let i = 0; i < 2; i++) assert.deepEqual((await gateway.ask('resources/subscribe', { uri: A })).result, {});
  await gateway.call('touch', { about: A });
  assert.deepEqual(told(gateway, UPDATED), [{ uri: A }]);
  const from = gateway.lines.length;
  await gateway.call('crash');
  await gateway.until(({ method }) => method === TOOLS, from);
  await gateway.call('touch', { about: A });
  assert.equal(updates(), 2);
  assert.deepEqual((await gateway.ask('resources/unsubscribe', { uri: A })).result, {});
  await gateway.call('touch', { about: A, tools: true });
  assert.equal(updates(), 2);
  const messages = await upstream(gateway);
  const filters = messages.flatMap(({ method, params }) =>
    method === 'subscriptions/listen' ? [params.notifications] : [],
  );
  const lists = { toolsListChanged: true };
  assert.deepEqual(filters, [{ ...lists, resourceSubscriptions: [A] }, lists]);
});
