import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFixture } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { receivedLines } from '../../support/mcp/received.ts';
import type { GatewayPeer } from '../../support/program/gateway.ts';
import { wrapFixture } from '../../support/program/gateway.ts';

const REVISION = '2025-03-26';

function open(t: Parameters<typeof openFixture>[0], flags: readonly string[] = []): Promise<GatewayPeer> {
  return openFixture(t, 'legacy', [], { revision: REVISION, flags });
}

/** Sends a batch of raw elements; resolves with the next message, which must be the answer to all of it. */
async function batch(gateway: GatewayPeer, elements: readonly string[]): Promise<Message> {
  const from = gateway.lines.length;
  gateway.send(`[${elements.join(',')}]`);
  return gateway.until(() => true, from);
}

function byId(answers: Message[]): Map<unknown, Message> {
  assert.ok(Array.isArray(answers), JSON.stringify(answers));
  return new Map(answers.map((answer) => [answer.id, answer]));
}

test('25: each element of a batch is judged on its own, and one array answers them all', async (t) => {
  const gateway = await open(t, ['--deny', 'crash']);
  const answers = byId(
    await batch(gateway, [
      gateway.callLine('1', 'slow', '{"ms":50}'),
      gateway.callLine('"2"', 'crash'),
      '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}',
      gateway.callLine('3', 'echo', '{"text":"three"}'),
    ]),
  );
  assert.equal(answers.size, 3);
  assert.equal(answers.get(1).result.content[0].text, 'slept 50');
  assert.deepEqual(answers.get('2').error, { code: -32602, message: 'Unknown tool: crash' });
  assert.equal(answers.get(3).result.content[0].text, 'three');
  const received = await receivedLines(gateway);
  assert.ok(!received.some((line) => line.startsWith('[') || line.includes('crash')));
});

test('25: a batch that holds no request is answered with nothing', async (t) => {
  const gateway = await open(t);
  const from = gateway.lines.length;
  gateway.send(
    '[{"jsonrpc":"2.0","method":"notifications/unknown"},{"jsonrpc":"2.0","method":"notifications/cancelled","params":[]},{"jsonrpc":"2.0","id":7,"result":{}},{"jsonrpc":"2.0","id":8,"result":{},"error":{}}]',
  );
  await gateway.ask('ping', {}, 'ping');
  assert.deepEqual(
    gateway.messages.slice(from).map(({ id }) => id),
    ['ping'],
  );
});

test('25: every refusal of an element is part of the array', async (t) => {
  const gateway = await open(t);
  const refused: [element: string, id: unknown, code: number][] = [
    ['{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26"}}', 1, -32600],
    ['{"jsonrpc":"2.0","id":2,"method":"no/such/method"}', 2, -32601],
    ['{"jsonrpc":"2.0","id":3,"method":"tools/list","params":{"cursor":"forged"}}', 3, -32602],
    ['{"jsonrpc":"2.0","id":4,"method":"logging/setLevel","params":{"level":"loud"}}', 4, -32602],
    ['{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{}}', 5, -32602],
    ['{"jsonrpc":"2.0","id":6,"method":"ping","method":"ping"}', 6, -32600],
    ['{"jsonrpc":"2.0","id":7,"method":"resources/read","params":{"uri":1}}', 7, -32602],
    ['{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"echo","arguments":{"TEXT":1}}}', 8, -32602],
    ['{"jsonrpc":"2.0","id":9.5,"method":"ping"}', null, -32600],
    ['[]', null, -32600],
    ['1', null, -32600],
  ];
  for (const [element, id, code] of refused) {
    const answers = byId(await batch(gateway, [element, '{"jsonrpc":"2.0","id":"ping","method":"ping"}']));
    assert.equal(answers.size, 2, element);
    assert.equal(answers.get(id)?.error?.code, code, element);
    assert.deepEqual(answers.get('ping').result, {});
  }
});

test('25: an id used twice in one batch is refused the second time', async (t) => {
  const gateway = await open(t);
  const twice = await batch(gateway, [gateway.callLine('1', 'slow', '{"ms":20}'), gateway.callLine('1', 'echo')]);
  assert.deepEqual(
    twice.map(({ id, error }: Message) => [id, error?.code]),
    [
      [1, -32600],
      [1, undefined],
    ],
  );
});

test('25: an empty batch and one of more than fifty messages are refused as a whole', async (t) => {
  const gateway = await open(t);
  const many = Array.from({ length: 51 }, (_, id) => gateway.callLine(String(id), 'echo', '{"text":"marked"}'));
  for (const elements of [[], many]) {
    const answer = await batch(gateway, elements);
    assert.deepEqual([answer.id, answer.error?.code], [null, -32600]);
  }
  assert.equal((await batch(gateway, many.slice(1))).length, 50);
  const received = await receivedLines(gateway);
  assert.equal(received.filter((line) => line.includes('marked')).length, 50);
});

test('25: a batch before the handshake is refused, even one that only holds `initialize`', async (t) => {
  const gateway = wrapFixture(t);
  const params = JSON.stringify({ protocolVersion: REVISION, capabilities: {} });
  const answer = await batch(gateway, [`{"jsonrpc":"2.0","id":1,"method":"initialize","params":${params}}`]);
  assert.deepEqual([answer.id, answer.error?.code], [null, -32600]);
});

for (const revision of ['2024-11-05', '2025-06-18', '2025-11-25', '2026-07-28']) {
  test(`25: in ${revision} a batch is refused as a whole, and nothing of it runs`, async (t) => {
    const modern = revision === '2026-07-28';
    const gateway = await openFixture(t, modern ? 'modern' : 'legacy', [], { revision });
    await gateway.ask('tools/list');
    for (const elements of [[], [gateway.callLine('1', 'echo', '{"text":"marked"}')]]) {
      const answer = await batch(gateway, elements);
      assert.equal(answer.error?.code, -32600);
      assert.equal(answer.id, revision < '2025-11-25' ? null : undefined);
    }
    assert.ok(!(await receivedLines(gateway)).some((line) => line.includes('marked')));
  });
}
