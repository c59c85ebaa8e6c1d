import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modernMeta, openFixture } from '../../support/mcp/eras.ts';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';

const CAN_ASK = { capabilities: { elicitation: {} } };
const ANSWERS = { name: { action: 'accept', content: { name: 'Ada' } } };
const REFUSED = { code: -32602, message: 'Invalid request state' };

function retry(gateway: GatewayPeer, requestState: Message, params: Message = {}): Promise<Message> {
  return gateway.ask('tools/call', {
    name: 'ask',
    arguments: {},
    requestState,
    inputResponses: ANSWERS,
    ...params,
  });
}

test('58: a call that needs input is finished by a second request with the same state', async (t) => {
  const gateway = await openFixture(t, 'modern', [], CAN_ASK);
  const { result } = await gateway.call('ask', { state: 'é "quoted"\\ \u2028 😀' });
  assert.equal(result.resultType, 'input_required');
  assert.deepEqual(Object.keys(result.inputRequests), ['name']);
  assert.equal(result.inputRequests.name.params.message, 'Who?');
  assert.doesNotMatch(result.requestState, /quoted/);
  const args = { state: 'é "quoted"\\ \u2028 😀' };
  const done = await retry(gateway, result.requestState, { arguments: args });
  assert.deepEqual(JSON.parse(textOf(done)), { answers: ANSWERS, state: 'é "quoted"\\ \u2028 😀:1' });
});

test('58: the state reaches the server in exactly the bytes it gave', async (t) => {
  const gateway = await openFixture(t, 'modern', [], CAN_ASK);
  for (const state of ['"a\\u0041\\/\\ud83d\\ude00"', '""']) {
    const wish = `{"resultType":"input_required","requestState":${state}}`;
    const args = { lines: [`{"jsonrpc":"2.0","id":$ID,"result":${wish}}`], silent: true };
    const { result } = await gateway.call('say', args);
    void gateway.ask('tools/call', { name: 'say', arguments: args, requestState: result.requestState }, 'again');
    await gateway.reply('again');
    const lines: string[] = JSON.parse(textOf(await gateway.call('received')));
    const again = lines.filter((line) => line.includes('"requestState":') && line.includes('"name":"say"')).at(-1)!;
    assert.ok(again.includes(`"requestState":${state}`), again);
  }
});

test('58: a server that gave no state gets none back, and answers without one are its own business', async (t) => {
  const gateway = await openFixture(t, 'modern', [], CAN_ASK);
  const args = { state: null };
  const { result } = await gateway.call('ask', args);
  assert.equal(typeof result.requestState, 'string');
  const without = { name: 'ask', arguments: args, inputResponses: ANSWERS };
  const early = (await gateway.ask('tools/call', without)).result.content[0].text;
  assert.deepEqual(JSON.parse(early), { answers: ANSWERS, state: null });
  const done = await retry(gateway, result.requestState, { arguments: args });
  assert.deepEqual(JSON.parse(textOf(done)), { answers: ANSWERS, state: null });
});

test('58: a state is good once, for the same call, and for nothing else', async (t) => {
  const gateway = await openFixture(t, 'modern', [], CAN_ASK);
  const args = { b: [1, { y: 2, x: '3' }], a: null };
  const { requestState } = (await gateway.call('ask', args)).result;
  const middle = requestState.length >> 1;
  const flipped = `${requestState.slice(0, middle)}${requestState[middle] === 'A' ? 'B' : 'A'}${requestState.slice(middle + 1)}`;
  const wrong: Message[] = [flipped, requestState.slice(0, -1), '', 'state:1', 7, null, { requestState }];
  for (const state of wrong) assert.deepEqual((await retry(gateway, state, { arguments: args })).error, REFUSED);
  const others: Message[] = [
    { name: 'echo', arguments: args },
    { arguments: { ...args, more: 1 } },
    { arguments: { b: [1, { y: 2, x: 3 }], a: null } },
    { arguments: { b: [1, { y: 2, x: '3' }] } },
    { arguments: {} },
    { arguments: undefined },
  ];
  for (const other of others) assert.deepEqual((await retry(gateway, requestState, other)).error, REFUSED);
  const elsewhere = { uri: 'file:///a.txt', requestState, inputResponses: ANSWERS };
  assert.deepEqual((await gateway.ask('resources/read', elsewhere)).error, REFUSED);
  const sorted = { a: null, b: [1, { x: '3', y: 2 }] };
  assert.ok((await retry(gateway, requestState, { arguments: sorted })).result, 'the order of keys is no difference');
  assert.deepEqual((await retry(gateway, requestState, { arguments: args })).error, REFUSED, 'replayed');
});

test('58: of two retries at the same time one runs', async (t) => {
  const gateway = await openFixture(t, 'modern', [], CAN_ASK);
  const { requestState } = (await gateway.call('ask')).result;
  const both = await Promise.all([retry(gateway, requestState), retry(gateway, requestState)]);
  assert.equal(both.filter(({ result }) => result !== undefined).length, 1);
  assert.deepEqual(both.find(({ error }) => error !== undefined).error, REFUSED);
});

test('58: a state of one backend is of no use with another', async (t) => {
  const modern = (name: string) => fixtureBackend(name, ['--era', 'modern'], { era: 'modern' });
  const config = `version: 1\nbackends:\n${modern('one')}${modern('two')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  gateway.meta = modernMeta({ elicitation: {} });
  const { result } = await gateway.call('one__ask');
  assert.equal(result.inputRequests.name.params.message, '[one] Who?');
  const crossed = await retry(gateway, result.requestState, { name: 'two__ask' });
  assert.deepEqual(crossed.error, REFUSED);
  const done = await retry(gateway, result.requestState, { name: 'one__ask' });
  assert.equal(JSON.parse(textOf(done)).state, 'state:1');
});
