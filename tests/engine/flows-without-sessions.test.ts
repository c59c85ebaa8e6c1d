import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Houses } from '../support/engine/houses.ts';
import type { Message } from '../support/mcp/lines.ts';

const FLOWS = `policies:
  flows: [{ name: no-leak, after: only/look, then: only/work, action: deny }]
`;
const GUARDED = 'policies: { baseline: { repeated_calls: deny } }\n';

function housesWith(t: TestContext, config: string): Houses {
  const tools = ['look', 'work'].map((name) => ({ name, inputSchema: { type: 'object' } }));
  return new Houses(
    t,
    { only: 'modern' },
    (server) => {
      server.onRequest('tools/list', () => ({ tools }));
      server.onRequest('tools/call', () => ({ content: [] }));
    },
    config,
  );
}

/** One call of a modern client, in a visit of its own as over HTTP. */
async function call(houses: Houses, subject: string, name: string): Promise<Message> {
  const visit = houses.visit(subject, {});
  visit.send({ id: 1, method: 'tools/call', params: { name, arguments: {} } });
  const answer = await visit.answer(1);
  visit.end();
  return answer;
}

test('what a modern client has read counts for its next request, though it has no session', async (t) => {
  const houses = housesWith(t, FLOWS);
  assert.equal((await call(houses, 'ana', 'work')).result.isError, undefined);
  await call(houses, 'ana', 'look');
  assert.match(JSON.stringify(await call(houses, 'ana', 'work')), /SP3151/);
  assert.doesNotMatch(JSON.stringify(await call(houses, 'bob', 'work')), /SP3151/, 'bob has read nothing');
});

test('a modern client that makes the same call again and again is held, though each is a request of its own', async (t) => {
  const houses = housesWith(t, GUARDED);
  for (let time = 0; time < 10; time++) assert.doesNotMatch(JSON.stringify(await call(houses, 'ana', 'work')), /SP/);
  assert.match(JSON.stringify(await call(houses, 'ana', 'work')), /SP3034/);
  assert.doesNotMatch(JSON.stringify(await call(houses, 'bob', 'work')), /SP3034/);
});
