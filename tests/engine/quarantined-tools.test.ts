import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';

test('a tool with a hostile schema is refused by name, and the others of its server work', async (t) => {
  const engine = createEngine(t);
  const hostile = { name: 'hostile', inputSchema: { type: 'object', $ref: 'https://example.com/steal.json' } };
  const endless = { name: 'endless', inputSchema: { type: 'object', allOf: [{ $ref: '#' }] } };
  const sound = { name: 'sound', inputSchema: { type: 'object', properties: { next: { $ref: '#' } } } };
  const odd = { name: 'odd', inputSchema: 'none', annotations: [] };
  engine.server.onRequest('tools/list', () => ({ tools: [hostile, endless, sound, odd] }));
  engine.server.onRequest('tools/call', ({ params }) => ({ content: [{ type: 'text', text: `ran ${params.name}` }] }));
  const client = engine.client('ana');
  await client.initialize();
  for (let again = 0; again < 2; again++) await client.ask('tools/list', {}, `list ${again}`);
  const told = engine.logged.filter(({ event }) => event === 'tool_quarantined').map(({ fields }) => fields.tool);
  assert.deepEqual(told, ['hostile', 'endless']);
  for (const name of ['hostile', 'endless']) {
    const answer = await client.call(name);
    assert.equal(answer.result._meta['dev.sallyport/denial'].code, 'SP3043', name);
    assert.match(answer.result.content[0].text, /cannot be used: its schema refers to/);
  }
  for (const name of ['sound', 'odd']) {
    assert.equal((await client.call(name)).result.content[0].text, `ran ${name}`);
  }
});
