import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { engineFront } from '../support/engine/engine-front.ts';
import { modernPost, send } from '../support/http/http.ts';
import { LegacyHttp } from '../support/http/legacy-http.ts';
import { acknowledge } from '../support/http/streams.ts';
import { bearing, PlainTokens } from '../support/identity/plain-tokens.ts';
import type { ScriptedServer } from '../support/mcp/scripted-server.ts';
import { CAN_TASKS, modernTask, toolResult } from '../support/mcp/tasks.ts';

const WIDE = bearing({ sub: 'ann', client: 'editor', scopes: ['files'] });
const NARROW = bearing({ sub: 'ann', client: 'calendar', scopes: [] });

function scripted(server: ScriptedServer): void {
  server.onRequest('server/discover', () => ({
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {}, ...CAN_TASKS },
    ttlMs: 0,
    cacheScope: 'private',
  }));
  server.onRequest('subscriptions/listen', (asked) => void acknowledge(server, asked));
  server.onRequest('tools/call', ({ params }) =>
    params.name === 'long'
      ? { resultType: 'task', ...modernTask('own') }
      : { resultType: 'complete', ...toolResult('what only the editor may see') },
  );
  const over = { ...modernTask('own', 'completed'), result: toolResult('what only the editor may see') };
  server.onRequest('tasks/get', () => ({ resultType: 'complete', ...over }));
  server.onRequest('tools/list', ({ params }) => {
    const page = Number(params?.cursor ?? 0);
    const tools = [`tool${page}`, ...(page === 0 ? ['at-once', 'long'] : [])].map(tool);
    return { resultType: 'complete', tools, ...(page < 2 ? { nextCursor: String(page + 1) } : {}) };
  });
}

function tool(name: string) {
  return { name, inputSchema: { type: 'object' } };
}

async function scene(t: TestContext, era: 'legacy' | 'modern') {
  const own = await engineFront(t, { era, serverEra: 'modern', provers: [new PlainTokens()], clients: ['ci'] });
  scripted(own.engine.server);
  own.engine.onTwin = scripted;
  return own;
}

for (const name of ['at-once', 'long']) {
  test(`what one client of a user was given as a task (${name}) is not for another one of the same user`, async (t) => {
    const { url } = await scene(t, 'legacy');
    const [editor, calendar] = [new LegacyHttp(url, WIDE), new LegacyHttp(url, NARROW)];
    for (const client of [editor, calendar]) await client.initialize();
    const ask = async (client: LegacyHttp, method: string, params: object) =>
      (await client.post({ jsonrpc: '2.0', id: method, method, params })).text;
    const created = await ask(editor, 'tools/call', { name, arguments: {}, task: { ttl: 60_000 } });
    const [, taskId] = /"taskId":"([^"]+)"/.exec(created) ?? [];
    assert.ok(taskId !== undefined, created);
    if (name === 'long') assert.match(await ask(editor, 'tasks/list', {}), /"taskId":/);
    assert.match(await ask(calendar, 'tasks/list', {}), /"tasks":\[\]/);
    assert.match(await ask(calendar, 'tasks/get', { taskId }), /Unknown task/);
    const result = await ask(calendar, 'tasks/result', { taskId });
    assert.match(result, /Unknown task/);
    assert.ok(!result.includes('what only'));
    assert.match(await ask(editor, 'tasks/result', { taskId }), /what only the editor may see/);
  });
}

test('a cursor one client of a user was given is of no use to another one of the same user', async (t) => {
  const { url } = await scene(t, 'modern');
  const first = await send(url, modernPost('tools/list', {}, WIDE));
  const cursor = first.json.result.nextCursor;
  assert.equal(typeof cursor, 'string', first.text);
  assert.ok((await send(url, modernPost('tools/list', { cursor }, NARROW))).text.includes('error'));
  assert.ok((await send(url, modernPost('tools/list', { cursor }, WIDE))).text.includes('tool1'));
});
