import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERAS, openFixture } from '../../support/mcp/eras.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { receivedLines, sayOnly } from '../../support/mcp/received.ts';

/** What readers of lines split on besides LF: CR, NEL, LINE SEPARATOR, PARAGRAPH SEPARATOR. */
const ANY_SEPARATOR = /[\r\u0085\u2028\u2029]/;
const IN_STRINGS = '\u0085\u2028\u2029';
const ESCAPED = '\\u0085\\u2028\\u2029';
const SMUGGLED = '{"jsonrpc":"2.0","id":99,"method":"tools/call","params":{"name":"crash","arguments":{}}}';

for (const era of ERAS) {
  test(`a server that ends lines at CR, U+0085, U+2028 or U+2029 receives one request for each one sent (${era})`, async (t) => {
    const gateway = await openFixture(t, era, ['--lenient-lines']);
    await gateway.ask('tools/list');
    const before = (await receivedLines(gateway)).length;
    gateway.send(gateway.callLine('1', 'echo', `{"smuggled":\r${SMUGGLED}\r}`));
    gateway.send(gateway.callLine('2', 'echo', `\r{"text":"${IN_STRINGS}","${IN_STRINGS}":\r1}\r`));
    gateway.send(`\r${gateway.callLine(`"${IN_STRINGS}"`, 'echo', '{"text":"id"}')}\r`);
    gateway.send(gateway.callLine('3', 'echo', '{}').replace('"tools/call"', `"tools/${IN_STRINGS}"`));
    assert.equal(textOf(await gateway.reply(1)), JSON.stringify({ smuggled: JSON.parse(SMUGGLED) }));
    assert.equal(textOf(await gateway.reply(2)), IN_STRINGS);
    assert.equal(textOf(await gateway.reply(IN_STRINGS)), 'id');
    assert.equal((await gateway.reply(3)).error.code, -32601);
    const received = (await receivedLines(gateway)).slice(before);
    assert.equal(received.length, 4, received.join('\n'));
    assert.deepEqual(
      received.map((line) => JSON.parse(line).params.name),
      ['echo', 'echo', 'echo', 'received'],
    );
    assert.ok(received[1]!.includes(`{"text":"${ESCAPED}","${ESCAPED}": 1}`), received[1]);
    assert.ok(!gateway.lines.some((line) => ANY_SEPARATOR.test(line)));
  });

  test(`nothing a server sends makes a client that ends lines at CR, U+0085, U+2028 or U+2029 see more than one frame (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    const complete = era === 'modern' ? '"resultType":"complete",' : '';
    const answers = [
      `{"jsonrpc":"2.0","id":$ID,"result":{${complete}"content":\r[\r],"${IN_STRINGS}":"${IN_STRINGS}"\r}}`,
      `{"jsonrpc":"2.0",\r"id":$ID,"result":{${complete}"content":[],"x":\r${SMUGGLED}\r}\r}\r`,
      `{"jsonrpc":"2.0","id":$ID,"error":{"code":-32000,\r"message":"${IN_STRINGS}","data":\r"${IN_STRINGS}"}}`,
    ];
    const from = gateway.lines.length;
    for (const line of answers) await gateway.call('say', sayOnly(line), 1);
    await gateway.call('say', {
      lines: [
        `{"jsonrpc":"2.0",\r"method":"notifications/message","params":{"level":"error","data":\r"${IN_STRINGS}"}}`,
      ],
    });
    const lines = gateway.lines.slice(from);
    assert.ok(!lines.some((line) => ANY_SEPARATOR.test(line)));
    assert.deepEqual(lines.slice(0, 3), [
      `{"jsonrpc":"2.0","id":1,"result":{${complete}"content": [ ],"${ESCAPED}":"${ESCAPED}" }}`,
      `{"jsonrpc":"2.0","id":1,"result":{${complete}"content":[],"x": ${SMUGGLED} }}`,
      `{"jsonrpc":"2.0","id":1,"error":{"code":-32000, "message":"${ESCAPED}","data": "${ESCAPED}"}}`,
    ]);
    if (era === 'legacy') assert.deepEqual(JSON.parse(lines[3]!).params, { level: 'error', data: IN_STRINGS });
  });

  test(`a refusal that repeats what the client sent has no raw line separator either (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    const refused = [
      gateway.callLine(`"${IN_STRINGS}"`, `no such ${IN_STRINGS}`),
      gateway.callLine(`"${IN_STRINGS}"`, 'echo', `{"${IN_STRINGS}":1,"${IN_STRINGS}":2}`),
      `{"jsonrpc":"2.0","id":"${IN_STRINGS}","method":"${IN_STRINGS}"}`,
      `{"jsonrpc":"2.0","id":"${IN_STRINGS}","method":"ping","method":"ping"}`,
    ];
    for (const line of refused) {
      const from = gateway.lines.length;
      gateway.send(line);
      assert.ok((await gateway.reply(IN_STRINGS, from)).error.code < -32000);
    }
    assert.ok(!gateway.lines.some((line) => ANY_SEPARATOR.test(line)), gateway.lines.at(-1));
  });
}
