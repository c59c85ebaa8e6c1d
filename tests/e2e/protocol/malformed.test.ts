import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientPeer } from '../../support/mcp/client.ts';
import { ERAS, openFixture } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { receivedLines, sayOnly } from '../../support/mcp/received.ts';

const NOT_JSON = [
  'nonsense',
  '{',
  '{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"echo"',
  '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo","argum',
  "{'jsonrpc':'2.0'}",
  '{"jsonrpc":"2.0","id":5,"method":"ping"}{"jsonrpc":"2.0","id":6,"method":"ping"}',
  '{"jsonrpc":"2.0","id":5,"method":"ping",}',
  '{"jsonrpc":"2.0","id":05,"method":"ping"}',
  '{"jsonrpc":"2.0","id":5,"method":"ping","params":{"a":+1}}',
  '{"jsonrpc":"2.0","id":5,"method":"ping","params":{"a":NaN}}',
  '{"jsonrpc":"2.0","id":5,"method":"ping","params":{"a":"\u0001"}}',
  '{"jsonrpc":"2.0","id":5,"method":"ping","params":{"a":"\\x41"}}',
  '{"jsonrpc":"2.0","id":5,"method":"ping","params":{"a":1}/**/}',
];

/** Not UTF-8, one character a byte: stray, overlong, surrogate, beyond Unicode, cut short. */
const NOT_UTF8 = ['\xff', '\xc0\x80', '\xed\xa0\x80', '\xf5\x80\x80\x80', '\xe2\x82'];

const DEEP = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;

/** What `client` is told after a question that is answered in order, up to the answer to that. */
async function told(client: ClientPeer, from: number): Promise<Message[]> {
  const id = `sync ${from}`;
  await client.call('echo', { text: 'sync' }, id);
  return client.messages.slice(from).filter((message) => message.id !== id);
}

for (const era of ERAS) {
  test(`9: foreign keys beside those of a request do not reach the backend, and the request is answered (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    const line = gateway.callLine('1', 'raw', '{"extra":{"kept":true}}');
    gateway.send(`{"extra":{"dropped":1},${line.slice(1, -1)},"_meta":{"dropped":2},"x":[]}`);
    const raw = textOf(await gateway.reply(1));
    assert.deepEqual(Object.keys(JSON.parse(raw)), ['jsonrpc', 'id', 'method', 'params']);
    assert.ok(raw.includes('"arguments":{"extra":{"kept":true}}') && !raw.includes('dropped'), raw);
  });

  test(`12: a line that is not JSON is answered with a parse error that names no request, and the next line works (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    for (const line of NOT_JSON) {
      const from = gateway.lines.length;
      gateway.send(line);
      const answers = await told(gateway, from);
      assert.deepEqual(
        answers.map((answer) => [answer.error?.code, 'id' in answer]),
        [[-32700, false]],
        line,
      );
    }
    assert.ok((await receivedLines(gateway)).every((line) => JSON.parse(line).method !== 'ping'));
  });

  test(`12: JSON that is no message is answered with -32600, unless it is no request (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    const refused: [line: string, id: unknown][] = [
      ['{"jsonrpc":"1.0","id":5,"method":"ping"}', 5],
      ['{"id":"five","method":"ping"}', 'five'],
      ['{"jsonrpc":"2.0","id":5,"method":1}', 5],
      ['{"jsonrpc":"2.0","id":5,"method":"ping","params":[]}', 5],
      ['{"jsonrpc":"2.0","id":5,"method":"ping","params":null}', 5],
      ['{"jsonrpc":"2.0"}', undefined],
      ['{}', undefined],
      ['"text"', undefined],
      ['null', undefined],
      ['12', undefined],
    ];
    for (const [line, id] of refused) {
      const from = gateway.lines.length;
      gateway.send(line);
      const answers = await told(gateway, from);
      assert.deepEqual(
        answers.map((answer) => [answer.error?.code, answer.id]),
        [[-32600, id]],
        line,
      );
    }
    const from = gateway.lines.length;
    gateway.send('{"jsonrpc":"1.0","method":"notifications/cancelled"}');
    gateway.send('{"jsonrpc":"2.0","method":"notifications/cancelled","params":[]}');
    gateway.send('{"jsonrpc":"2.0","id":77,"result":{},"error":{}}');
    gateway.send('{"jsonrpc":"2.0","id":77,"result":7}');
    assert.deepEqual(await told(gateway, from), []);
  });

  test(`13: invalid UTF-8 is a parse error and never leaves as U+FFFD (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    for (const bytes of NOT_UTF8) {
      const from = gateway.lines.length;
      const lines = [
        gateway.callLine('5', 'echo', `{"text":"a${bytes}b"}`),
        gateway.callLine('5', 'echo', `{"a${bytes}b":1}`),
        gateway.callLine(`"5${bytes}"`, 'echo'),
        gateway.callLine('5', `echo${bytes}`),
        `{"jsonrpc":"2.0","id":"5${bytes}","method":"ping","method":"ping"}`,
      ];
      for (const line of lines) gateway.write(Buffer.from(`${line}\n`, 'latin1'));
      const answers = await told(gateway, from);
      assert.deepEqual(
        answers.map((answer) => [answer.error?.code, 'id' in answer]),
        lines.map(() => [-32700, false]),
      );
      const line = `{"jsonrpc":"2.0","result":{"content":[{"type":"text","text":"${bytes}"}]},"id":$ID}`;
      const spoilt = await gateway.call('say', { ...sayOnly(line), encoding: 'latin1' });
      assert.equal(spoilt.result._meta['dev.sallyport/denial'].code, 'SP5006');
    }
    for (const line of await receivedLines(gateway)) {
      assert.ok(!line.includes('\ufffd') && (!line.includes('"echo') || line.includes('"sync"')), line);
    }
    assert.ok(!gateway.lines.some((line) => line.includes('\ufffd')));
  });

  test(`19: a frame nested 10 000 levels deep is refused in either direction, and nothing else is disturbed (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    gateway.send(gateway.callLine('1', 'echo', `{"text":${DEEP}}`));
    assert.equal((await gateway.reply(1)).error.code, -32600);
    gateway.send(
      `{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo","arguments":{"text":${DEEP}}},"id":2}`,
    );
    assert.equal((await gateway.reply(2)).error.code, -32600);
    const result = `"result":{"content":[],"deep":${DEEP}}`;
    for (const line of [`{"jsonrpc":"2.0","id":$ID,${result}}`, `{${result},"jsonrpc":"2.0","id":$ID}`]) {
      const answer = await gateway.call('say', sayOnly(line));
      assert.equal(answer.result._meta['dev.sallyport/denial'].code, 'SP5006');
    }
    const received = await receivedLines(gateway);
    assert.ok(!received.some((line) => line.includes('"echo"')), 'no deep call was forwarded');
  });
}

for (const revision of ['2024-11-05', '2025-03-26', '2025-06-18']) {
  test(`12: in ${revision} a parse error carries id null`, async (t) => {
    const gateway = await openFixture(t, 'legacy', [], { revision });
    gateway.send('nonsense');
    const answer = await gateway.until(({ error }) => error !== undefined);
    assert.deepEqual([answer.id, answer.error.code], [null, -32700]);
  });
}
