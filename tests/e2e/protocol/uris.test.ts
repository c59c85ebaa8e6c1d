import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../support/mcp/peer.ts';
import { upstream } from '../../support/mcp/upstream.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';

test('50: the same URI in two backends is two resources, wherever it is typed', async (t) => {
  const config = `version: 1\nbackends:\n${fixtureBackend('one')}${fixtureBackend('two')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  const { resources } = (await gateway.ask('resources/list')).result;
  const uris: string[] = resources.map(({ uri }: Message) => uri);
  assert.equal(new Set(uris).size, uris.length);
  assert.ok(uris.includes('one+file:///a.txt') && uris.includes('two+file:///a.txt'));
  assert.ok(uris.includes('ui://one+panel/main') && uris.includes('ui://two+panel/main'));
  const { resourceTemplates } = (await gateway.ask('resources/templates/list')).result;
  assert.deepEqual(
    resourceTemplates.map(({ uriTemplate }: Message) => uriTemplate),
    ['one+file:///{path}', 'two+file:///{path}'],
  );

  const panel = (await gateway.ask('resources/read', { uri: 'ui://two+panel/main' })).result.contents[0];
  assert.deepEqual([panel.uri, panel.text], ['ui://two+panel/main', 'content of ui://panel/main']);
  const read = (await gateway.ask('resources/read', { uri: 'two+file:///a.txt' })).result.contents[0];
  assert.deepEqual([read.uri, read.text], ['two+file:///a.txt', 'content of file:///a.txt']);
  const links = (await gateway.call('two__link')).result.content;
  assert.equal(links[0].uri, 'two+file:///a.txt');
  assert.equal(links[1].resource.uri, 'two+file:///b.txt');
  const prompt = (await gateway.ask('prompts/get', { name: 'two__greet', arguments: {} })).result;
  assert.equal(prompt.messages[0].content.resource.uri, 'two+file:///a.txt');
  const ref = { type: 'ref/resource', uri: 'two+file:///{path}' };
  const completed = await gateway.ask('completion/complete', { ref, argument: { name: 'path', value: 'v' } });
  assert.deepEqual(completed.result.completion.values, ['v0', 'v1']);
  const named = { type: 'ref/prompt', name: 'two__greet' };
  await gateway.ask('completion/complete', { ref: named, argument: { name: 'who', value: 'v' } });

  assert.deepEqual((await gateway.ask('resources/subscribe', { uri: 'two+file:///a.txt' })).result, {});
  await gateway.call('one__touch', { about: 'file:///a.txt' });
  await gateway.call('two__touch', { about: 'file:///b.txt' });
  await gateway.call('two__touch', { about: 'file:///a.txt' });
  const updates = gateway.messages.filter(({ method }) => method === 'notifications/resources/updated');
  assert.deepEqual(new Set(updates.map(({ params }) => params.uri)), new Set(['two+file:///a.txt']));
  assert.equal(updates.length, 2, 'once for the subscription itself, once for the touch');
  await gateway.ask('resources/unsubscribe', { uri: 'two+file:///a.txt' });
  await gateway.call('two__touch', { about: 'file:///a.txt' });
  await gateway.ask('ping');
  const later = gateway.messages.filter(({ method }) => method === 'notifications/resources/updated');
  assert.equal(later.length, updates.length);

  const typed = (await upstream(gateway, 'two__received')).map((message) => JSON.stringify(message));
  assert.ok(typed.every((line) => !line.includes('two+') && !line.includes('two__')));
  const idle = (await upstream(gateway, 'one__received')).map(({ method }) => method);
  for (const method of ['resources/read', 'resources/subscribe', 'completion/complete', 'prompts/get']) {
    assert.ok(!idle.includes(method), method);
  }
});

test('50: a URI of no backend is not found', async (t) => {
  const config = `version: 1\nbackends:\n${fixtureBackend('one')}${fixtureBackend('two')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  for (const uri of ['file:///a.txt', 'three+file:///a.txt', 'ui://panel/main', 'one', '']) {
    const { error } = await gateway.ask('resources/read', { uri });
    assert.deepEqual(error, { code: -32002, message: 'Resource not found', data: { uri } });
  }
});
