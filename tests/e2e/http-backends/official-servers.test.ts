import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type FarServer, firstFar, legacyFar, modernFar, pairedFar } from '../../support/http/far-servers.ts';
import { modernMeta } from '../../support/mcp/eras.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { GatewayPeer } from '../../support/program/gateway.ts';

const SIMPLE = 'This is a simple text response for testing.';

function gatewayTo(t: TestContext, { url }: FarServer, era: string, more = ''): GatewayPeer {
  const backend = `  - { name: far, url: "${url}", era: ${era}, headers: { X-Key: "\${FAR_KEY}" }${more} }`;
  const config = `version: 1\nbackends:\n${backend}\n`;
  return new GatewayPeer(t, 'run', [], { config, env: { FAR_KEY: 'key-of-the-far-server' } });
}

for (const [what, open, transport] of [
  ['SDK v1 with sessions', firstFar, 'auto'],
  ['SDK v2 with sessions', legacyFar, 'streamable'],
  ['SDK v1 with the pair of 2024-11-05', pairedFar, 'auto'],
  ['SDK v1 with the pair of 2024-11-05, known to be one', pairedFar, 'sse'],
] as const) {
  test(`${what}: calls, progress, questions, changes and the end of the session pass`, async (t) => {
    const far = await open(t);
    const gateway = gatewayTo(t, far, 'legacy', `, transport: ${transport}`);
    await gateway.initialize({ capabilities: { elicitation: {} } });
    const { tools } = (await gateway.ask('tools/list')).result;
    assert.ok(tools.some(({ name }: { name: string }) => name === 'test_simple_text'));
    assert.equal(textOf(await gateway.call('test_simple_text')), SIMPLE);

    const withProgress = { name: 'test_tool_with_progress', arguments: {}, _meta: { progressToken: 'mine' } };
    assert.ok((await gateway.ask('tools/call', withProgress)).result);
    const progress = gateway.messages.filter(({ method }) => method === 'notifications/progress');
    assert.deepEqual(
      progress.map(({ params }) => [params.progressToken, params.progress]),
      [0, 50, 100].map((step) => ['mine', step]),
    );

    const asking = gateway.call('test_elicitation', { message: 'Who?' });
    const question = await gateway.until(({ method }) => method === 'elicitation/create');
    gateway.send({
      jsonrpc: '2.0',
      id: question.id,
      result: { action: 'accept', content: { username: 'ana', email: 'a@b.c' } },
    });
    assert.match(textOf(await asking), /accept.*"username":"ana"/);

    await gateway.call('test_trigger_tool_change');
    await gateway.until(({ method }) => method === 'notifications/tools/list_changed');

    assert.equal((await gateway.end()).code, 0);
    for (const { headers } of far.seen) assert.equal(headers['x-key'], 'key-of-the-far-server');
    const sessions = new Set(far.seen.map(({ headers }) => headers['mcp-session-id']).filter((id) => id !== undefined));
    const methods = far.seen.map(({ method }) => method);
    if (open === pairedFar) assert.deepEqual([sessions.size, methods.includes('DELETE')], [0, false]);
    else assert.deepEqual([sessions.size, methods.at(-1)], [1, 'DELETE']);
    assert.doesNotMatch(JSON.stringify(gateway.records) + gateway.stderr, /key-of-the-far-server/);
  });
}

test('SDK v2 with sessions: a call whose stream the server cuts is answered on the next one', async (t) => {
  const far = await legacyFar(t);
  const gateway = gatewayTo(t, far, 'legacy');
  await gateway.initialize();
  assert.equal(textOf(await gateway.call('test_reconnection')), 'The client came back');
  assert.equal(far.seen.filter(({ headers }) => headers['last-event-id'] !== undefined).length, 1);
});

test('SDK v2, modern: calls, progress, changes listened to and rounds of input pass, by POST alone', async (t) => {
  const far = await modernFar(t);
  const gateway = gatewayTo(t, far, 'modern');
  gateway.meta = modernMeta({ elicitation: { form: {} } });
  const { tools } = (await gateway.ask('tools/list')).result;
  assert.ok(tools.length > 10);
  assert.equal(textOf(await gateway.call('test_simple_text')), SIMPLE);

  const withProgress = { name: 'test_tool_with_progress', arguments: {}, _meta: { progressToken: 7 } };
  assert.ok((await gateway.ask('tools/call', withProgress)).result);
  const progress = gateway.messages.filter(({ method }) => method === 'notifications/progress');
  assert.deepEqual(
    progress.map(({ params }) => [params.progressToken, params.progress]),
    [0, 50, 100].map((step) => [7, step]),
  );

  const listening = gateway.ask('subscriptions/listen', { notifications: { toolsListChanged: true } }, 'l');
  await gateway.until(({ method }) => method === 'notifications/subscriptions/acknowledged');
  await gateway.call('test_trigger_tool_change');
  await gateway.until(({ method }) => method === 'notifications/tools/list_changed');
  gateway.notify('notifications/cancelled', { requestId: 'l' });

  const first = await gateway.call('test_input_required_result_elicitation');
  assert.equal(first.result.resultType, 'input_required', JSON.stringify(first));
  assert.equal((await gateway.end()).code, 0);
  void listening.catch(() => {});
  assert.deepEqual([...new Set(far.seen.map(({ method }) => method))], ['POST']);
  for (const { headers } of far.seen) {
    assert.equal(headers['mcp-protocol-version'], '2026-07-28');
    assert.equal(headers['mcp-session-id'], undefined);
  }
});
