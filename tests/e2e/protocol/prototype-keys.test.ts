import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERAS, openFixture } from '../../support/mcp/eras.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { sayOnly } from '../../support/mcp/received.ts';
import { fixtureCommand, GatewayPeer, UNPINNED, wrapFixture } from '../../support/program/gateway.ts';

const POISON = '{"__proto__":{"elicitation":{},"isError":true},"constructor":{"prototype":{"polluted":1}}}';
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

for (const era of ERAS) {
  test(`21: keys that mean a prototype to JavaScript are plain data in arguments, params and results (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    gateway.send(gateway.callLine('1', 'raw', POISON));
    assert.ok(textOf(await gateway.reply(1)).includes(`"arguments":${POISON}`));
    const inParams = gateway.callLine('2', 'raw').replace('"name"', `"__proto__":{"name":"whoami"},"name"`);
    gateway.send(inParams);
    assert.ok(textOf(await gateway.reply(2)).includes('"__proto__":{"name":"whoami"},"name":"raw"'));
    gateway.send(gateway.callLine('3', 'raw').replace('"name":"raw"', '"__proto__":{"name":"raw"}'));
    assert.equal((await gateway.reply(3)).error.code, -32602);
    const complete = era === 'modern' ? '"resultType":"complete",' : '';
    const result = `{${complete}"content":[],"structuredContent":${POISON},"__proto__":{"isError":true}}`;
    await gateway.call('say', sayOnly(`{"jsonrpc":"2.0","id":$ID,"result":${result}}`), 4);
    assert.equal(gateway.lines.at(-1), `{"jsonrpc":"2.0","id":4,"result":${result}}`);
    for (const name of NAMES) {
      assert.deepEqual((await gateway.call(name)).error, { code: -32602, message: `Unknown tool: ${name}` });
      assert.equal((await gateway.ask(name)).error.code, -32601);
    }
    assert.equal(textOf(await gateway.call('echo', { text: 'unharmed' })), 'unharmed');
  });

  test(`21: tools and arguments may bear the names of what every object has (${era})`, async (t) => {
    const gateway = await openFixture(t, era, [], { config: UNPINNED });
    const properties = JSON.parse('{"__proto__":{},"constructor":{},"toString":{}}');
    const tools = NAMES.map((name) => ({ name, inputSchema: { type: 'object', properties } }));
    await gateway.call('set_tools', { tools });
    const listed = (await gateway.ask('tools/list')).result.tools.map(({ name }: { name: string }) => name);
    assert.deepEqual(listed, NAMES);
    for (const name of NAMES) {
      gateway.send(gateway.callLine(JSON.stringify(name), name, '{"__proto__":1,"constructor":2}'));
      assert.equal(textOf(await gateway.reply(name)), `called ${name}`);
      gateway.send(gateway.callLine(JSON.stringify(name), name, '{"__PROTO__":1}'));
      assert.equal((await gateway.until(({ error, id }) => id === name && error !== undefined)).error.code, -32602);
    }
  });
}

test('21: a capability a client has only by its prototype is not declared', async (t) => {
  const gateway = wrapFixture(t);
  const params = '{"protocolVersion":"2025-11-25","capabilities":{"__proto__":{"elicitation":{}}},"clientInfo":{}}';
  gateway.send(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":${params}}`);
  assert.equal((await gateway.reply(1)).error, undefined);
  for (const kind of ['elicitation/create', 'toString', '__proto__']) {
    const answer = await gateway.call('ask', { method: kind, params: { message: 'Who?' } });
    assert.equal(JSON.parse(textOf(answer)).error.code, -32601);
  }
});

test('21: a config with a key that means a prototype is refused', async (t) => {
  const [command, ...args] = fixtureCommand();
  const backend = JSON.stringify({ name: 'a', command, args });
  for (const more of [
    '__proto__: { enforce: false }',
    'constructor: {}',
    'policies: { __proto__: { default: deny } }',
  ]) {
    const gateway = new GatewayPeer(t, 'run', [], { config: `version: 1\nbackends:\n  - ${backend}\n${more}\n` });
    assert.equal((await gateway.exited).code, 2, more);
    assert.match(gateway.stderr, /SP1003|SP1005/);
  }
});
