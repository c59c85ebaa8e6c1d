import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { McpBackend } from '../../lib/gateway/backend/backend.ts';
import { Houses } from '../support/engine/houses.ts';
import type { Message } from '../support/mcp/lines.ts';

const CAN = { elicitation: { form: {} } };
const FORM = { message: 'Go on?', requestedSchema: { type: 'object', properties: {} } };

/** A call of a client that has gone away with a question to answer. */
async function parked(t: TestContext) {
  const houses = new Houses(t, { only: 'legacy' }, (server) => server.hold('tools/call'));
  const client = houses.visit('ana', CAN);
  client.send({ id: 1, method: 'tools/call', params: { name: 'work', arguments: {} } });
  while (houses.servers.length === 0) await new Promise(setImmediate);
  const server = houses.servers[0]!;
  const [asked] = await server.askedTimes('tools/call', 1);
  server.send({ jsonrpc: '2.0', id: 'q', method: 'elicitation/create', params: FORM });
  const { requestState, inputRequests } = (await client.answer(1)).result;
  client.end();
  const inputResponses = { [Object.keys(inputRequests)[0]!]: { action: 'accept', content: {} } };
  const goOn = () => {
    const again = houses.visit('ana', CAN);
    again.send({ id: 2, method: 'tools/call', params: { name: 'work', arguments: {}, requestState, inputResponses } });
    return again.answer(2);
  };
  return { houses, server, asked: asked!, goOn };
}

test('a parked call stays while clients of many other kinds come and go', async (t) => {
  const { houses, server, asked, goOn } = await parked(t);
  for (let kind = 0; kind < 12; kind++) {
    const other = houses.visit('ana', { experimental: { kind } });
    other.send({ id: 1, method: 'tools/list' });
    await other.answer(1);
    other.end();
  }
  const answer = goOn();
  await server.until(({ id, result }) => id === 'q' && result !== undefined);
  server.result(asked.id, { content: [{ type: 'text', text: 'done' }] });
  assert.equal(((await answer) as Message).result.content[0].text, 'done');
});

test('a parked call whose server is shut down is answered with that', async (t) => {
  const { houses, goOn } = await parked(t);
  const visit = houses.visit('ana', CAN);
  const [backend] = visit.session.backends as readonly McpBackend[];
  await backend!.close(0, 0);
  visit.end();
  assert.match(JSON.stringify(await goOn()), /SP5010/);
});
