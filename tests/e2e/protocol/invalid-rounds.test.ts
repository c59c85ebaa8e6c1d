import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modernMeta, openFixture } from '../../support/mcp/eras.ts';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import type { GatewayPeer } from '../../support/program/gateway.ts';

const FORM = { message: 'Who?', requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } };
const ELICITATION = { method: 'elicitation/create', params: FORM };
const SAMPLING = { method: 'sampling/createMessage', params: { messages: [], maxTokens: 10 } };
const DENIAL = 'dev.sallyport/denial';

async function assertInvalid(gateway: GatewayPeer, args: Message): Promise<void> {
  const { result } = await gateway.call('ask', args);
  assert.equal(result.isError, true, JSON.stringify(result));
  assert.equal(result.resultType, 'complete');
  assert.equal(result._meta[DENIAL].code, 'SP5006');
}

test('59: input the client cannot give is not asked of it', async (t) => {
  const gateway = await openFixture(t, 'modern');
  const url = { method: 'elicitation/create', params: { mode: 'url', message: 'Open', url: 'https://example.com/x' } };
  const tools = { ...SAMPLING, params: { ...SAMPLING.params, tools: [] } };
  const cases: [Message, Message][] = [
    [{}, ELICITATION],
    [{ sampling: {} }, ELICITATION],
    [{ elicitation: {} }, SAMPLING],
    [{ elicitation: {} }, { method: 'roots/list' }],
    [{ elicitation: { form: {} } }, url],
    [{ elicitation: { url: {} } }, ELICITATION],
    [{ sampling: {} }, tools],
    [{ elicitation: {} }, { method: 'tools/call', params: { name: 'echo' } }],
    [{ elicitation: {} }, { method: 7 }],
    [{ elicitation: {} }, null],
    [{ elicitation: {} }, 'elicitation/create'],
  ];
  for (const [capabilities, wish] of cases) {
    gateway.meta = modernMeta(capabilities);
    await assertInvalid(gateway, { requests: { fine: wish } });
    if (capabilities.elicitation !== undefined && capabilities.elicitation.url === undefined) {
      await assertInvalid(gateway, { requests: { first: ELICITATION, second: wish } });
    }
  }
  gateway.meta = modernMeta({ elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} });
  const requests = { a: ELICITATION, b: url, c: tools, d: { method: 'roots/list' } };
  const { result } = await gateway.call('ask', { requests });
  assert.deepEqual(result.inputRequests, requests);
});

test('59: neither requests nor a state, or requests that are no map, is an invalid answer', async (t) => {
  const gateway = await openFixture(t, 'modern', [], { capabilities: { elicitation: {} } });
  const wrong = [{}, { requestState: 7 }, { inputRequests: [ELICITATION] }, { inputRequests: 'name' }];
  wrong.push({ inputRequests: null } as never, { inputRequests: 7, requestState: 's' } as never);
  for (const fields of wrong) await assertInvalid(gateway, { result: { resultType: 'input_required', ...fields } });
  const { result } = await gateway.call('ask', { result: { resultType: 'input_required', requestState: 's' } });
  assert.equal(result.resultType, 'input_required');
  assert.equal(result.inputRequests, undefined);
});

test('59: a server that asks for more than ten rounds goes in circles', async (t) => {
  const gateway = await openFixture(t, 'modern', [], { capabilities: { elicitation: {} } });
  const args = { rounds: 100 };
  let answer = await gateway.call('ask', args);
  let rounds = 0;
  for (; answer.result.resultType === 'input_required'; rounds++) {
    assert.ok(rounds < 20, 'still going on');
    const { requestState } = answer.result;
    const params = { name: 'ask', arguments: args, requestState, inputResponses: {} };
    answer = await gateway.ask('tools/call', params);
  }
  assert.equal(rounds, 10);
  assert.equal(answer.result.isError, true);
  assert.equal(answer.result._meta[DENIAL].code, 'SP5006');
});

test('59: as many rounds as are allowed lead to the result', async (t) => {
  const gateway = await openFixture(t, 'modern', [], { capabilities: { elicitation: {} } });
  const args = { rounds: 10 };
  let answer = await gateway.call('ask', args);
  while (answer.result.resultType === 'input_required') {
    const { requestState } = answer.result;
    answer = await gateway.ask('tools/call', { name: 'ask', arguments: args, requestState, inputResponses: {} });
  }
  assert.equal(JSON.parse(textOf(answer)).state, 'state:10');
});

for (const [method, params] of [
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'greet' }, argument: { name: 'who', value: '' } }],
  ['tools/list', {}],
  ['resources/templates/list', {}],
] as const) {
  test(`59: ${method} cannot need input`, async (t) => {
    const result = { resultType: 'input_required', inputRequests: { name: ELICITATION }, requestState: 's' };
    const flags = ['--answer', `${method}=${JSON.stringify(result)}`];
    const gateway = await openFixture(t, 'modern', flags, { capabilities: { elicitation: {} } });
    await gateway.ask('prompts/list');
    const { error } = await gateway.ask(method, params);
    assert.equal(error?.code, -32603);
    assert.equal(error.data[DENIAL].code, 'SP5006');
  });
}

for (const [method, params] of [
  ['prompts/get', { name: 'greet' }],
  ['resources/read', { uri: 'file:///a.txt' }],
] as const) {
  test(`59: ${method} can need input`, async (t) => {
    const result = { resultType: 'input_required', inputRequests: { name: ELICITATION }, requestState: 's' };
    const flags = ['--answer', `${method}=${JSON.stringify(result)}`];
    const gateway = await openFixture(t, 'modern', flags, { capabilities: { elicitation: {} } });
    await gateway.ask('prompts/list');
    const answer = await gateway.ask(method, params);
    assert.deepEqual(answer.result.inputRequests, { name: ELICITATION });
    const again = await gateway.ask(method, { ...params, requestState: answer.result.requestState });
    assert.equal(again.result.resultType, 'input_required');
  });
}
