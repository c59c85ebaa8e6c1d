import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFixture } from '../../support/mcp/eras.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { receivedLines, sayOnly } from '../../support/mcp/received.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';

const isQuestion = ({ method }: { method?: string }) => method === 'elicitation/create';

function form(message: string): object {
  return { message, requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } };
}

test('3: a question of the backend under the id of a pending call is not taken for its answer, nor the other way round', async (t) => {
  const gateway = await openFixture(t, 'legacy', [], { capabilities: { elicitation: {} } });
  const question = JSON.stringify({ jsonrpc: '2.0', id: 'ID', method: 'elicitation/create', params: form('Who?') });
  const call = gateway.call('say', sayOnly(question.replace('"ID"', '$ID')), 1);
  const asked = await gateway.until(isQuestion);
  assert.equal(asked.id, 1, 'the ids of both directions meet');
  gateway.send({ jsonrpc: '2.0', id: asked.id, result: { action: 'accept', content: { name: 'Ada' } } });
  const received = (await receivedLines(gateway)).map((line) => JSON.parse(line));
  const pending = received.find(({ params }) => params?.name === 'say');
  const answer = received.find(({ method, result }) => method === undefined && result !== undefined);
  assert.deepEqual([answer.id, answer.result.content.name], [pending.id, 'Ada']);
  assert.deepEqual(
    gateway.messages.filter(({ id }) => id === 1),
    [asked],
    'the call is still open',
  );
  const end = { jsonrpc: '2.0', id: pending.id, result: { content: [{ type: 'text', text: 'the end' }] } };
  await gateway.call('say', { lines: [JSON.stringify(end)] });
  assert.equal(textOf(await call), 'the end');
});

test('4: two backends that both ask under id 0 are asked under distinct ids and get their own answers', async (t) => {
  const first = ['--first-question', '0'];
  const config = `version: 1\nbackends:\n${fixtureBackend('one', first)}${fixtureBackend('two', first)}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize({ capabilities: { elicitation: {} } });
  const ask = (backend: string) =>
    gateway.call(`${backend}__ask`, { method: 'elicitation/create', params: form(`from ${backend}`) });
  const calls = { one: ask('one'), two: ask('two') };
  await gateway.when(() => gateway.messages.filter(isQuestion).length === 2);
  const questions = gateway.messages.filter(isQuestion);
  assert.notEqual(questions[0].id, questions[1].id);
  for (const { id, params } of questions.reverse()) {
    const name = `answer to ${params.message}`;
    gateway.send({ jsonrpc: '2.0', id, result: { action: 'accept', content: { name } } });
  }
  for (const backend of ['one', 'two'] as const) {
    const answer = JSON.parse(textOf(await calls[backend]));
    assert.deepEqual([answer.id, answer.result.content.name], [0, `answer to [${backend}] from ${backend}`]);
  }
});
