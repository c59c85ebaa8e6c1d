import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { ERAS, openFixture } from '../../support/mcp/eras.ts';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { receivedLines } from '../../support/mcp/received.ts';
import { type GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';

/** What the backend was sent so far, by method. */
async function heardBy(gateway: GatewayPeer): Promise<string[]> {
  return (await receivedLines(gateway)).map((line) => (JSON.parse(line) as Message).method);
}

const handshake = (protocolVersion?: unknown) => ({
  ...(protocolVersion === undefined ? {} : { protocolVersion }),
  capabilities: {},
  clientInfo: { name: 'raw-test-client', version: '1.0.0' },
});

for (const era of ERAS) {
  test(`26: an unknown method is -32601 and an unknown notification is dropped, and neither reaches a backend (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    for (const method of ['no/such', 'Tools/Call', 'tools/call/', 'vendor/echo', 'constructor', '']) {
      const answer = await gateway.ask(method, { name: 'echo' });
      assert.deepEqual([answer.error?.code, answer.result], [-32601, undefined], method);
    }
    const before = gateway.lines.length;
    gateway.notify('notifications/no_such', { uri: 'file:///a.txt' });
    gateway.notify('notifications/touch', { about: 'file:///a.txt' });
    const heard = await heardBy(gateway);
    assert.equal(gateway.lines.length, before + 1, 'the notifications were answered with nothing');
    for (const method of ['no/such', 'vendor/echo', 'notifications/no_such', 'notifications/touch']) {
      assert.ok(!heard.includes(method), `${method} reached the backend`);
    }
  });

  test(`27: a request without an id is not carried out (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    const before = await heardBy(gateway);
    const params = { name: 'crash', arguments: {}, ...(gateway.meta === undefined ? {} : { _meta: gateway.meta }) };
    gateway.notify('tools/call', params);
    gateway.notify('resources/subscribe', { uri: 'file:///a.txt' });
    gateway.notify('tools/list', {});
    gateway.notify('ping');
    const lines = gateway.lines.length;
    assert.deepEqual(await heardBy(gateway), [...before, 'tools/call'], 'only the call that asks what was heard');
    assert.equal(gateway.lines.length, lines + 1, 'nothing was answered');
    assert.ok(!gateway.records.some(({ event }) => event === 'backend_down'));
  });
}

test('26: a method the config allows reaches the only backend', async (t) => {
  const config = 'version: 1\npolicies: {methods: {allow: [vendor/echo]}}\n';
  const gateway = await openFixture(t, 'legacy', [], { config });
  assert.deepEqual((await gateway.ask('vendor/echo', { a: 1 })).result, { got: { a: 1 } });
  assert.equal((await gateway.ask('vendor/other', {})).error.code, -32601);
});

test('28: what comes before `initialize` is refused and reaches no backend', async (t) => {
  const log = join(temporaryFolder(t), 'received');
  const gateway = wrapFixture(t, ['--log', log]);
  for (const method of ['tools/list', 'tools/call', 'prompts/list', 'resources/read', 'logging/setLevel']) {
    const { result, error } = await gateway.ask(method, { name: 'echo', uri: 'file:///a.txt', level: 'info' });
    assert.deepEqual([result, error?.code], [undefined, -32600], method);
  }
  assert.deepEqual((await gateway.ask('ping')).result, {}, 'a ping is answered at any time');
  assert.ok(!existsSync(log), 'no backend was started');
  await gateway.initialize();
  assert.equal(textOf(await gateway.call('echo', { text: 'now' })), 'now');
});

test('29: a second `initialize` is -32600 and changes nothing', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize({ protocolVersion: '2024-11-05' });
  const second = await gateway.ask('initialize', handshake('2025-11-25'));
  assert.equal(second.error.code, -32600);
  assert.equal((await heardBy(gateway)).filter((method) => method === 'initialize').length, 1);
  gateway.send('no json');
  assert.equal((await gateway.reply(null)).error.code, -32700, 'the revision is still the first one');
});

test('29: an `initialize` while the first one is under way is refused, too', async (t) => {
  const gateway = wrapFixture(t, ['--slow-start', '300']);
  const [first, second] = await Promise.all([
    gateway.ask('initialize', handshake('2025-11-25'), 1),
    gateway.ask('initialize', handshake('2025-11-25'), 2),
  ]);
  assert.equal(first.result.protocolVersion, '2025-11-25');
  assert.equal(second.error.code, -32600);
});

for (const asked of ['1999-01-01', '2026-07-28', 'DRAFT', '']) {
  test(`30: \`initialize\` with the revision "${asked}" is answered with 2025-11-25`, async (t) => {
    const gateway = wrapFixture(t);
    assert.equal((await gateway.initialize({ protocolVersion: asked })).protocolVersion, '2025-11-25');
    assert.equal(textOf(await gateway.call('echo', { text: 'on' })), 'on');
  });
}

test('30: `initialize` without a revision, or with one that is no text, is -32602, and a proper one may follow', async (t) => {
  const gateway = wrapFixture(t);
  for (const params of [handshake(), handshake(20251125), handshake(null), handshake({}), undefined]) {
    assert.equal((await gateway.ask('initialize', params)).error.code, -32602, JSON.stringify(params));
  }
  assert.equal((await gateway.initialize({ protocolVersion: '2024-11-05' })).protocolVersion, '2024-11-05');
});
