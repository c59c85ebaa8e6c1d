import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { modernMeta, openFixture } from '../../support/mcp/eras.ts';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { logged } from '../../support/mcp/upstream.ts';

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const METHODS: [string, Message][] = [
  ['tools/call', { name: 'echo', arguments: {} }],
  ['tools/list', {}],
  ['resources/read', { uri: 'file:///a.txt' }],
  ['subscriptions/listen', { notifications: {} }],
  ['server/discover', {}],
];

test('55: a modern request without capabilities is refused, whatever an earlier one declared', async (t) => {
  const log = join(temporaryFolder(t), 'received.jsonl');
  const gateway = await openFixture(t, 'modern', ['--log', log], { capabilities: { elicitation: {} } });
  assert.equal(textOf(await gateway.call('echo', { text: 'complete' })), 'complete');
  const before = logged(log).length;
  gateway.meta = undefined;
  for (const wrong of [undefined, null, [], 'elicitation', 7, true]) {
    const _meta = { [VERSION]: '2026-07-28', ...(wrong === undefined ? {} : { [CAPABILITIES]: wrong }) };
    for (const [method, params] of METHODS) {
      const { error } = await gateway.ask(method, { ...params, _meta });
      assert.equal(error?.code, -32602, `${method} with ${JSON.stringify(wrong)}`);
      assert.match(error.message, /clientCapabilities/);
    }
  }
  assert.equal(logged(log).length, before, 'nothing of it reached the server');
});

test('55: a modern request without a revision or with an unknown one is told which there are', async (t) => {
  const gateway = await openFixture(t, 'modern');
  assert.equal(textOf(await gateway.call('echo', { text: 'complete' })), 'complete');
  gateway.meta = undefined;
  for (const [method, params] of METHODS) {
    const unknown = await gateway.ask(method, { ...params, _meta: { ...modernMeta(), [VERSION]: '2027-01-01' } });
    assert.equal(unknown.error.code, -32022);
    assert.deepEqual(unknown.error.data, { supported: ['2026-07-28'], requested: '2027-01-01' });
    for (const _meta of [undefined, {}, { ...modernMeta(), [VERSION]: 20260728 }, [modernMeta()], 'meta']) {
      const { error } = await gateway.ask(method, { ...params, ...(_meta === undefined ? {} : { _meta }) });
      assert.equal(error?.code, -32602, `${method} with ${JSON.stringify(_meta)}`);
    }
  }
});

test('55: what a client can do is taken from each request alone', async (t) => {
  const gateway = await openFixture(t, 'modern');
  gateway.meta = modernMeta({ elicitation: {} });
  assert.equal((await gateway.call('ask')).result.resultType, 'input_required');
  gateway.meta = modernMeta({});
  const { result } = await gateway.call('ask');
  assert.equal(result.isError, true);
  assert.equal(result._meta['dev.sallyport/denial'].code, 'SP5006');
  gateway.meta = modernMeta({ elicitation: {} });
  assert.equal((await gateway.call('ask')).result.resultType, 'input_required');
});

test('65: a result of a type nobody knows is an error', async (t) => {
  const gateway = await openFixture(t, 'modern');
  for (const resultType of ['later', '', 'COMPLETE', 'task', 7, null, {}]) {
    const result = { resultType, content: [{ type: 'text', text: 'smuggled' }] };
    const answer = await gateway.call('ask', { result });
    assert.equal(answer.result?.isError, true, JSON.stringify(answer));
    assert.equal(answer.result._meta['dev.sallyport/denial'].code, 'SP5006');
    assert.ok(!JSON.stringify(answer).includes('smuggled'));
  }
  const plain = await gateway.call('ask', { result: { content: [{ type: 'text', text: 'no type' }] } });
  assert.equal(textOf(plain), 'no type');
});

for (const [method, params] of [
  ['tools/list', {}],
  ['prompts/get', { name: 'greet' }],
  ['resources/read', { uri: 'file:///a.txt' }],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'who', value: '' } }],
] as const) {
  test(`65: the same for ${method}`, async (t) => {
    const result = { resultType: 'later', tools: [{ name: 'smuggled', inputSchema: {} }] };
    const gateway = await openFixture(t, 'modern', ['--answer', `${method}=${JSON.stringify(result)}`]);
    await gateway.ask('prompts/list');
    const answer = await gateway.ask(method, params);
    assert.equal(answer.error?.code, -32603, JSON.stringify(answer));
    assert.equal(answer.error.data['dev.sallyport/denial'].code, 'SP5006');
    assert.ok(!JSON.stringify(answer).includes('smuggled'));
  });
}
