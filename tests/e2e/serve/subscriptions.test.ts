import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modernPost, open, send } from '../../support/http/http.ts';
import { modernMeta } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';
import { serve } from '../../support/program/serve.ts';

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';

for (const era of ['legacy', 'modern']) {
  test(`a subscription is a long stream that hears of a ${era} server what it asked for, and nothing else`, async (t) => {
    const served = await serve(t, { backends: fixtureBackend('fix', ['--era', era], { era }) });
    const call = (name: string, args: Message) => send(served.url, modernPost('tools/call', { name, arguments: args }));
    await call('echo', {});
    const listen = (id: string, notifications: Message) =>
      open(served.url, modernPost('subscriptions/listen', { notifications }, {}, id));
    const tools = await listen('tools', { toolsListChanged: true });
    const prompts = await listen('prompts', { promptsListChanged: true });
    assert.equal(tools.headers['content-type'], 'text/event-stream');
    for (const stream of [tools, prompts]) {
      const first = await stream.message(() => true);
      assert.equal(first.method, 'notifications/subscriptions/acknowledged');
    }
    await (era === 'modern' ? call('touch', { tools: true }) : call('changed', {}));
    const changed = await tools.message(({ method }) => method === 'notifications/tools/list_changed');
    assert.equal(changed.params._meta[SUBSCRIPTION], 'tools');
    assert.equal(prompts.messages.length, 1);
    prompts.close();
    const exit = served.end();
    await tools.end();
    assert.equal(tools.messages.at(-1).id, 'tools', 'a stream ends with its answer');
    assert.equal(tools.messages.at(-1).result.resultType, 'complete');
    assert.equal((await exit).code, 0);
  });
}

test('a stream of a resource tells of that resource', async (t) => {
  const served = await serve(t, { backends: fixtureBackend('fix', ['--era', 'modern'], { era: 'modern' }) });
  const notifications = { resourceSubscriptions: ['file:///a.txt'] };
  const stream = await open(served.url, modernPost('subscriptions/listen', { notifications }, {}, 'r'));
  await stream.message(({ method }) => method === 'notifications/subscriptions/acknowledged');
  await send(served.url, modernPost('tools/call', { name: 'touch', arguments: { about: 'file:///a.txt' } }));
  const updated = await stream.message(({ method }) => method === 'notifications/resources/updated');
  assert.equal(updated.params._meta[SUBSCRIPTION], 'r');
  stream.close();
});

test('log messages come on the stream of the request that asked for them', async (t) => {
  const served = await serve(t);
  const meta = { ...modernMeta(), 'io.modelcontextprotocol/logLevel': 'info' };
  const params = { name: 'log', arguments: { level: 'warning', data: 'careful' } };
  const asked = await send(served.url, modernPost('tools/call', { ...params, _meta: meta }));
  assert.deepEqual(
    asked.messages.map(({ method, id }) => method ?? id),
    ['notifications/message', 1],
  );
  const silent = await send(served.url, modernPost('tools/call', params));
  assert.equal(silent.headers['content-type'], 'application/json');
});
