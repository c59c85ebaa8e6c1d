import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';
import type { ClientPeer } from '../support/mcp/client.ts';
import type { LinePeer } from '../support/mcp/lines.ts';

/** What JSON allows raw in a string and some readers end a line at. */
const RAW = 'a\u0085b\u2028c\u2029d';

function assertNoneRaw(...peers: readonly (LinePeer | ClientPeer)[]): void {
  for (const line of peers.flatMap(({ lines }) => lines)) assert.doesNotMatch(line, /[\u0085\u2028\u2029]/);
}

test('a URI that is rewritten in either direction leaves without raw line separators', async (t) => {
  const engine = createEngine(t, { backends: ['one', 'two'] });
  const client = engine.client('alice');
  await client.initialize();
  engine.server.onRequest('resources/read', ({ params }) => ({ contents: [{ uri: params.uri, text: RAW }] }));
  const read = await client.ask('resources/read', { uri: `one+memo:${RAW}` });
  assert.deepEqual(read.result.contents, [{ uri: `one+memo:${RAW}`, text: RAW }]);
  assert.equal(engine.server.asked('resources/read')[0]!.params.uri, `memo:${RAW}`);
  assertNoneRaw(client, ...engine.servers);
});

test('a cursor goes back to its server without raw line separators', async (t) => {
  const engine = createEngine(t);
  const client = engine.client('alice');
  await client.initialize();
  engine.server.onRequest('prompts/list', ({ params }) =>
    params?.cursor === undefined ? { prompts: [{ name: 'p' }], nextCursor: RAW } : { prompts: [] },
  );
  const { nextCursor } = (await client.ask('prompts/list')).result;
  await client.ask('prompts/list', { cursor: nextCursor });
  assert.equal(engine.server.asked('prompts/list')[1]!.params.cursor, RAW);
  assertNoneRaw(client, engine.server);
});

test('a text that is cut, instructions that are merged and a question that is named leave without raw line separators', async (t) => {
  const config = 'instructions: merged\nlimits: { max_response_bytes: 2000 }\n';
  const engine = createEngine(t, { backends: ['one', 'two'], config });
  const client = engine.client('alice');
  for (const server of engine.servers) {
    server.onRequest('initialize', () => ({ protocolVersion: '2025-11-25', capabilities: {}, instructions: RAW }));
  }
  const { instructions } = await client.initialize({ capabilities: { elicitation: {} } });
  assert.ok(instructions.includes(RAW));
  engine.server.onRequest('tools/call', ({ id }) => {
    engine.server.send({ jsonrpc: '2.0', id: 'q', method: 'elicitation/create', params: { message: RAW } });
    engine.server.result(id, { content: [{ type: 'text', text: RAW.repeat(500) }] });
    return undefined;
  });
  const answer = await client.call('one__work');
  assert.ok(answer.result.content[0].text.startsWith(RAW));
  const question = await client.until(({ method }) => method === 'elicitation/create');
  assert.equal(question.params.message, `[one] ${RAW}`);
  assertNoneRaw(client, ...engine.servers);
});
