import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ORDER, sceneOf, told } from '../support/attacks/hidden-instructions.ts';

const BLOCK = 'security: { injection: { action: block } }\n';

test('news of a resource are told without what gives orders', async (t) => {
  const scene = sceneOf(t, BLOCK);
  const { client, engine } = scene;
  engine.server.onRequest('resources/subscribe', () => ({}));
  await client.initialize();
  await client.ask('resources/subscribe', { uri: 'notes://a' });
  engine.server.notify('notifications/resources/updated', { uri: 'notes://a', _meta: { 'example.com/note': ORDER } });
  engine.server.notify('notifications/resources/updated', { uri: 'notes://a', title: 'second' });
  await client.when(() => /second/.test(told(scene, 'client')));
  assert.doesNotMatch(told(scene, 'client'), /id_rsa/);
});

test('a question is called off whatever the reason says, and without it', async (t) => {
  const scene = sceneOf(t, BLOCK);
  const { client, engine } = scene;
  engine.server.hold('tools/call');
  await client.initialize({ capabilities: { sampling: {} } });
  void client.call('work').catch(() => {});
  await engine.server.askedTimes('tools/call', 1);
  const messages = [{ role: 'user', content: { type: 'text', text: 'Sum up.' } }];
  const params = { messages, maxTokens: 9 };
  engine.server.send({ jsonrpc: '2.0', id: 'q1', method: 'sampling/createMessage', params });
  await client.until(({ method }) => method === 'sampling/createMessage');
  engine.server.notify('notifications/cancelled', { requestId: 'q1', reason: ORDER });
  await client.until(({ method }) => method === 'notifications/cancelled');
  assert.doesNotMatch(told(scene, 'client'), /id_rsa/);
});

test('what is said first is told first, though it takes longer to read', async (t) => {
  const scene = sceneOf(t, 'security: { injection: { action: flag } }\n');
  const { client, engine } = scene;
  engine.server.onRequest('resources/subscribe', () => ({}));
  await client.initialize();
  await client.ask('resources/subscribe', { uri: 'notes://a' });
  const long = 'The harvest was good this year, and the barns are full. '.repeat(10_000);
  engine.server.notify('notifications/resources/updated', { uri: 'notes://a', title: 'first', _meta: { note: long } });
  engine.server.notify('notifications/resources/updated', { uri: 'notes://a', title: 'second' });
  await client.when(() => /first/.test(told(scene, 'client')) && /second/.test(told(scene, 'client')));
  assert.match(told(scene, 'client'), /first.*second/s);
});
