import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERAS, openFixture } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/peer.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';

/** Follows the cursors of a list to its end; `most` is where a test gives up. */
async function pages(gateway: GatewayPeer, method: string, key: string, most = 300): Promise<string[][]> {
  const found: string[][] = [];
  for (let cursor: string | undefined; found.length < most; ) {
    const { result } = await gateway.ask(method, cursor === undefined ? undefined : { cursor });
    found.push(result[key].map((item: Message) => item.uri ?? item.name));
    cursor = result.nextCursor;
    if (cursor === undefined) return found;
  }
  throw new Error(`more than ${most} pages`);
}

test('49: three backends with pages of their own make one list, each item once', async (t) => {
  const backends = [
    fixtureBackend('five', ['--page', '5', '--empty-cursor']),
    fixtureBackend('whole'),
    fixtureBackend('two', ['--page', '2']),
  ];
  const gateway = new GatewayPeer(t, 'run', [], { config: `version: 1\nbackends:\n${backends.join('')}` });
  await gateway.initialize();
  const tools = await pages(gateway, 'tools/list', 'tools');
  assert.ok(tools.length > 5, `${tools.length} pages`);
  const names = tools.flat();
  assert.equal(new Set(names).size, names.length);
  const of = (backend: string) =>
    names.flatMap((name) => (name.startsWith(`${backend}__`) ? [name.slice(backend.length + 2)] : []));
  assert.ok(of('whole').length > 10);
  assert.deepEqual(of('five'), of('whole'));
  assert.deepEqual(of('two'), of('whole'));
  assert.deepEqual(await pages(gateway, 'tools/list', 'tools'), tools);
  const resources = (await pages(gateway, 'resources/list', 'resources')).flat();
  assert.equal(resources.length, 12);
  assert.equal(new Set(resources).size, 12);
  assert.ok((await gateway.call(names.find((name) => name.startsWith('two__') && name.endsWith('echo'))!)).result);
});

for (const era of ERAS) {
  test(`49: a server that never stops giving cursors is cut off (${era})`, async (t) => {
    const gateway = await openFixture(t, era, ['--endless']);
    const found = await pages(gateway, 'tools/list', 'tools');
    assert.ok(found.length <= 100, `${found.length} pages`);
    assert.deepEqual(found.flat(), ['echo']);
    const prompts = await pages(gateway, 'prompts/list', 'prompts');
    assert.ok(prompts.length <= 100, `${prompts.length} pages`);
    assert.equal((await gateway.call('nothing')).error.message, 'Unknown tool: nothing');
  });

  test(`49: a cursor that is tampered with, of another list or of the server itself is refused (${era})`, async (t) => {
    const gateway = await openFixture(t, era, ['--page', '2']);
    const { result } = await gateway.ask('tools/list');
    const cursor: string = result.nextCursor;
    assert.equal((await gateway.ask('tools/list', { cursor })).result.tools.length, 2);
    assert.equal((await gateway.ask('tools/list', { cursor })).result.tools.length, 2);
    const middle = cursor.length >> 1;
    const flipped = `${cursor.slice(0, middle)}${cursor[middle] === 'A' ? 'B' : 'A'}${cursor.slice(middle + 1)}`;
    const bad = [flipped, cursor.slice(0, -1), `${cursor}A`, `${cursor}=`, '2', '', 'again', 2, null, { cursor }];
    for (const wrong of bad) {
      const { error } = await gateway.ask('tools/list', { cursor: wrong });
      assert.deepEqual(error, { code: -32602, message: 'Invalid cursor' });
    }
    const { error } = await gateway.ask('resources/list', { cursor });
    assert.deepEqual(error, { code: -32602, message: 'Invalid cursor' });
  });
}

test('49: pages whose items are all hidden may be empty, and the next ones are still reached', async (t) => {
  const gateway = await openFixture(t, 'legacy', ['--page', '1', '--tools', 'a1,a2,b1,a3,b2'], {
    flags: ['--deny', 'a*'],
  });
  const found = await pages(gateway, 'tools/list', 'tools');
  assert.deepEqual(found, [[], [], ['b1'], [], ['b2']]);
});
