import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../support/mcp/peer.ts';
import { wrapFixture } from '../support/program/gateway.ts';

test('a wrapped server answers through the gateway as it would directly', async (t) => {
  const gateway = wrapFixture(t);
  const result = await gateway.initialize();
  assert.equal(result.protocolVersion, '2025-11-25');
  assert.equal(result.serverInfo.name, 'fixture');
  assert.equal(result.instructions, 'Use the fixture with care.');
  assert.equal(result.vendorField, '12345678901234567890');
  const answer = await gateway.call('echo', { text: 'hello' });
  assert.equal(textOf(answer), 'hello');
});

test('a denied tool is not listed and is refused in the words for one that does not exist', async (t) => {
  const gateway = wrapFixture(t, [], { flags: ['--deny', 'crash'] });
  await gateway.initialize();
  const listed = await gateway.ask('tools/list');
  assert.ok(!listed.result.tools.some(({ name }: { name: string }) => name === 'crash'));
  const denied = await gateway.call('crash');
  const unknown = await gateway.call('nowhere');
  assert.deepEqual(denied.error, { code: -32602, message: 'Unknown tool: crash' });
  assert.deepEqual(unknown.error, { code: -32602, message: 'Unknown tool: nowhere' });
});

test('the gateway exits with 0 when its input ends', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize();
  assert.deepEqual(await gateway.end(), { code: 0, signal: null });
});
