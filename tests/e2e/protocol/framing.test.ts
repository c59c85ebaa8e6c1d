import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERAS, modernMeta, openFixture } from '../../support/mcp/eras.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { receivedLines, sayOnly } from '../../support/mcp/received.ts';
import { wrapFixture } from '../../support/program/gateway.ts';

const BOM = '\ufeff';

test('14: a byte order mark before the first frame, CRLF and blank lines are tolerated from a client', async (t) => {
  const gateway = wrapFixture(t);
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'crlf', version: '1' } };
  const line = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  gateway.write(`${BOM}\r\n\n  \r\n${line}\r\n`);
  assert.equal((await gateway.reply(0)).result.serverInfo.name, 'fixture');
  gateway.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\r\n\r\n');
  gateway.write(` \t${gateway.callLine('1', 'raw')} \t\r\n`);
  const raw = textOf(await gateway.reply(1));
  assert.deepEqual(JSON.parse(raw).params, { name: 'raw', arguments: {} });
  assert.equal(raw.trim(), raw);
  assert.equal(gateway.lines.length, 2, gateway.lines.join('\n'));
  gateway.write(`${BOM}${gateway.callLine('2', 'raw')}\n`);
  assert.equal((await gateway.until(({ error }) => error !== undefined)).error.code, -32700);
});

for (const era of ERAS) {
  test(`14: a byte order mark, CRLF, blank lines and raw U+2028 are tolerated from a server (${era})`, async (t) => {
    const gateway = await openFixture(t, era, ['--banner', `${BOM}\r\n\r\n`]);
    await gateway.ask('tools/list');
    const complete = era === 'modern' ? '"resultType":"complete",' : '';
    const result = `{${complete}"content":[{"type":"text","text":"\u2028and\u2029"}]}`;
    const line = `{"jsonrpc":"2.0","id":$ID,"result":${result}}`;
    const answer = await gateway.call('say', sayOnly('', '\r', `${line}\r`, ' '));
    assert.equal(textOf(answer), '\u2028and\u2029');
    assert.equal(textOf(await gateway.call('echo', { text: '\u2028' })), '\u2028');
    assert.deepEqual(
      gateway.records.filter(({ kind }) => kind === 'refused'),
      [],
    );
  });

  test(`15: a newline escaped in arguments stays escaped and on one line (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    const args = '{"text":"one\\ntwo\\r\\nthree\\u000afour"}';
    gateway.send(gateway.callLine('1', 'raw', args));
    assert.ok(textOf(await gateway.reply(1)).includes(`"arguments":${args}`));
  });

  test(`15: JSON spread over lines is an error for each line, and the next frame is read as usual (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    const from = gateway.lines.length;
    const spread = JSON.stringify(JSON.parse(gateway.callLine('1', 'echo', '{"text":"spread"}')), null, 2).split('\n');
    for (const line of spread) gateway.send(line);
    assert.equal(textOf(await gateway.call('echo', { text: 'whole' }, 2)), 'whole');
    const answers = gateway.messages.slice(from);
    assert.equal(answers.length, spread.length + 1);
    assert.ok(answers.slice(0, -1).every(({ error }) => error?.code === -32700));
    assert.ok(!(await receivedLines(gateway)).some((line) => line.includes('spread')));
  });

  test(`16: a thousand frames written at once are answered one by one (${era})`, async (t) => {
    const config = 'version: 1\nlimits: { max_concurrent_calls: 1000 }\n';
    const gateway = await openFixture(t, era, [], { config });
    await gateway.ask('tools/list');
    const from = gateway.lines.length;
    const ids = Array.from({ length: 1000 }, (_, index) => index);
    const lines = ids.map((id) => gateway.callLine(String(id), 'echo', `{"text":"é${id}"}`));
    gateway.write(`${lines.join('\r\n')}\r\n`);
    await gateway.when(() => gateway.lines.length === from + ids.length);
    const answers = gateway.messages.slice(from);
    assert.deepEqual(
      answers.map(({ id }) => id),
      ids,
    );
    assert.deepEqual(
      answers.map(textOf),
      ids.map((id) => `é${id}`),
    );
  });
}

test('16: a modern frame that comes first and in pieces opens the era as a whole one does', async (t) => {
  const gateway = wrapFixture(t, ['--era', 'modern'], { flags: ['--era', 'modern'] });
  gateway.meta = modernMeta();
  const line = Buffer.from(`${gateway.callLine('1', 'echo', '{"text":"é€😀"}')}\r\n`);
  for (let at = 0; at < line.length; at += 7) {
    gateway.write(line.subarray(at, at + 7));
    await new Promise(setImmediate);
  }
  assert.equal(textOf(await gateway.reply(1)), 'é€😀');
});
