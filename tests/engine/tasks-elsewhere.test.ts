import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { LegacyHttp } from '../support/http/legacy-http.ts';
import { json, RawHttp } from '../support/http/raw-http.ts';
import { ownFront } from '../support/program/front.ts';

test('64: a server elsewhere that knows its users by one key shows none of them the tasks of another', async (t) => {
  const far = new RawHttp(t);
  const tasks = ['of-ana', 'of-nobody'].map((taskId) => ({ taskId, status: 'working', ttl: null }));
  far.legacy();
  far.onMessage('tools/list', (received) =>
    json(received, { tools: [{ name: 'work', inputSchema: { type: 'object' } }] }),
  );
  far.onMessage('tools/call', (received) => json(received, { task: tasks[0] }));
  far.onMessage('tasks/list', (received) => json(received, { tasks }));
  const keyOf = (client: string) => `the-long-key-of-${client}`;
  const keys = ['ana', 'bob'].map((client_id) => {
    const key = `sha256:${createHash('sha256').update(keyOf(client_id)).digest('hex')}`;
    return { client_id, key };
  });
  const backends = `  - { name: far, url: "${await far.listen()}", era: legacy }\n`;
  const { url } = await ownFront(t, { keys, backends });
  const client = async (name: string) => {
    const one = new LegacyHttp(url, { Authorization: `Bearer ${keyOf(name)}` });
    await one.initialize();
    return one;
  };
  const listed = async (one: LegacyHttp) =>
    (await one.post({ jsonrpc: '2.0', id: 1, method: 'tasks/list' })).json.result.tasks.length;
  const ana = await client('ana');
  const called = await ana.post({ ...ana.callOf('work'), params: { name: 'work', arguments: {}, task: {} } });
  assert.equal(called.json.result.task.status, 'working');
  assert.equal(await listed(ana), 1, 'her own, and none that nobody is known to have made');
  await ana.delete();
  assert.equal(await listed(await client('bob')), 0);
  assert.equal(await listed(await client('ana')), 1);
});
