import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';
import type { Message } from '../support/mcp/lines.ts';

test('21: a backend may be called what every object has, and lists go on without it', async (t) => {
  const engine = createEngine(t, { backends: ['constructor', 'two'] });
  const client = engine.client('alice');
  await client.initialize();
  engine.servers[1]!.onRequest('tools/list', ({ params }) =>
    params?.cursor === 'more' ? { tools: [{ name: 'b' }] } : { tools: [{ name: 'a' }], nextCursor: 'more' },
  );
  const first = (await client.ask('tools/list')).result;
  assert.deepEqual(
    first.tools.map(({ name }: Message) => name),
    ['constructor__work', 'two__a'],
  );
  const second = await client.ask('tools/list', { cursor: first.nextCursor });
  assert.deepEqual(second.result?.tools, [{ name: 'two__b' }]);
  assert.equal(engine.server.asked('tools/list').length, 1);
});
