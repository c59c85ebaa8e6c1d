import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFixture } from '../../support/mcp/eras.ts';
import { upstream } from '../../support/mcp/upstream.ts';
import { fixtureBackend, GatewayPeer, UNPINNED } from '../../support/program/gateway.ts';

const UPDATED = 'notifications/resources/updated';

test('52: a resource subscribed to twice is one subscription, and leaving it ends it', async (t) => {
  const gateway = await openFixture(t, 'legacy');
  const uri = 'file:///a.txt';
  const touch = () => gateway.call('touch', { about: uri });
  const updates = () => gateway.messages.filter(({ method }) => method === UPDATED).length;
  await touch();
  assert.equal(updates(), 0, 'nobody has subscribed');
  assert.deepEqual((await gateway.ask('resources/subscribe', { uri })).result, {});
  assert.deepEqual((await gateway.ask('resources/subscribe', { uri })).result, {});
  // The fixture sends an update with each subscription, right behind its answer.
  await gateway.call('echo');
  const before = updates();
  await touch();
  assert.equal(updates(), before + 1);
  assert.deepEqual((await gateway.ask('resources/unsubscribe', { uri })).result, {});
  await touch();
  assert.equal(updates(), before + 1);
  const methods = (await upstream(gateway)).map(({ method }) => method);
  assert.equal(methods.filter((method) => method === 'resources/unsubscribe').length, 1);
});

test('52: a subscription outlives a restart of its backend', async (t) => {
  const gateway = await openFixture(t, 'legacy');
  await gateway.ask('resources/subscribe', { uri: 'file:///a.txt' });
  const from = gateway.lines.length;
  await gateway.call('crash');
  await gateway.until(({ method }) => method === UPDATED, from);
  const asked = (await upstream(gateway)).filter(({ method }) => method === 'resources/subscribe');
  assert.deepEqual(
    asked.map(({ params }) => params),
    [{ uri: 'file:///a.txt' }],
  );
});

test('52: a subscription the server refuses is not kept', async (t) => {
  const gateway = await openFixture(t, 'legacy', ['--refuse', 'resources/subscribe']);
  const { error } = await gateway.ask('resources/subscribe', { uri: 'file:///a.txt' });
  assert.equal(error.code, -32000);
  await gateway.call('touch', { about: 'file:///a.txt' });
  await gateway.ask('ping');
  assert.ok(!gateway.messages.some(({ method }) => method === UPDATED));
});

test('54: a storm of list changes reaches the client as one, and the list it then reads is the new one', async (t) => {
  const gateway = await openFixture(t, 'legacy', [], { config: UNPINNED });
  await gateway.ask('tools/list');
  const from = gateway.lines.length;
  await gateway.call('set_tools', { tools: [{ name: 'fresh', inputSchema: { type: 'object' } }] });
  await gateway.call('changed', { times: 500 });
  await gateway.call('changed', { times: 500, kind: 'prompts' });
  await gateway.call('slow', { ms: 400 });
  const told = gateway.messages.slice(from).filter(({ method }) => method?.endsWith('/list_changed'));
  assert.deepEqual(told.map(({ method }) => method).sort(), [
    'notifications/prompts/list_changed',
    'notifications/tools/list_changed',
  ]);
  const { result } = await gateway.ask('tools/list');
  assert.deepEqual(
    result.tools.map(({ name }: { name: string }) => name),
    ['fresh'],
  );
  assert.equal((await gateway.call('echo')).error.message, 'Unknown tool: echo');
});

test('54: a change in one of several backends is told once, and no other list is', async (t) => {
  const config = `version: 1\nbackends:\n${fixtureBackend('one')}${fixtureBackend('two')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  await gateway.ask('tools/list');
  await Promise.all([gateway.call('one__changed', { times: 200 }), gateway.call('two__changed', { times: 200 })]);
  await gateway.call('one__slow', { ms: 300 });
  const told = gateway.messages.filter(({ method }) => method?.endsWith('/list_changed'));
  assert.deepEqual(
    told.map(({ method }) => method),
    ['notifications/tools/list_changed'],
  );
});
