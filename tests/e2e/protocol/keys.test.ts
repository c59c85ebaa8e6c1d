import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERAS, openFixture } from '../../support/mcp/eras.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { receivedLines, sayOnly } from '../../support/mcp/received.ts';
import { type GatewayPeer, UNPINNED } from '../../support/program/gateway.ts';

/** Sends tool calls with `marked` somewhere in them, and expects each to be refused and none to be forwarded. */
async function expectRefused(gateway: GatewayPeer, lines: readonly string[], codes = [-32600, -32602]): Promise<void> {
  for (const line of lines) {
    const from = gateway.lines.length;
    gateway.send(line);
    const answer = await gateway.until(({ method }) => method === undefined, from);
    assert.ok(codes.includes(answer.error?.code), `${line}\n${JSON.stringify(answer)}`);
  }
  const received = await receivedLines(gateway);
  assert.deepEqual(
    received.filter((line) => line.includes('marked')),
    [],
  );
}

for (const era of ERAS) {
  test(`20: a request in which a key stands twice, at any depth and however it is spelt, is refused (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    const call = (args: string) => gateway.callLine('1', 'echo', args);
    const line = call('{"text":"marked"}');
    await expectRefused(gateway, [
      line.replace('"id":1', '"id":1,"id":2'),
      line.replace('"method"', '"method":"ping","method"'),
      line.replace('"method"', '"\\u006dethod":"ping","method"'),
      line.replace('"params"', '"params":{"name":"whoami"},"params"'),
      line.replace('"jsonrpc"', '"jsonrpc":"2.0","jsonrpc"'),
      line.replace('"extra"', '"extra":1,"extra"').replace('{"jsonrpc"', '{"x":1,"x":2,"jsonrpc"'),
      line.replace('"name"', '"name":"whoami","name"'),
      line.replace('"name"', '"n\\u0061me":"whoami","name"'),
      line.replace('"arguments"', '"arguments":{},"arguments"'),
      line.replace('"arguments"', '"_meta":{"a":1,"a":2},"arguments"'),
      call('{"path":"/allowed","path":"/marked"}'),
      call('{"path":"/allowed","p\\u0061th":"/marked"}'),
      call('{"a":{"b":[{"c":1,"c":"marked"}]}}'),
      call('{"a":{"":1,"":"marked"}}'),
    ]);
  });

  test(`20: an answer in which a key stands twice is refused in its envelope and result, and passes deeper (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    const content = '"content":[{"type":"text","text":"kept"}]';
    const complete = era === 'modern' ? '"resultType":"complete",' : '';
    const refused = [
      `{"jsonrpc":"2.0","id":$ID,"result":{${content}},"result":{${content}}}`,
      `{"jsonrpc":"2.0","id":$ID,"id":$ID,"result":{${content}}}`,
      `{"jsonrpc":"2.0","id":$ID,"result":{${complete}${content},"isError":true,"isError":false}}`,
      `{"jsonrpc":"2.0","id":$ID,"result":{${complete}${content},"isErr\\u006fr":true,"isError":false}}`,
      '{"jsonrpc":"2.0","id":$ID,"error":{"code":-32000,"code":-32001,"message":"no"}}',
      `{"jsonrpc":"2.0","id":$ID,"result":{${complete}${content}},"Result":{}}`,
    ];
    for (const line of refused) {
      const answer = await gateway.call('say', sayOnly(line));
      assert.equal(answer.result?._meta['dev.sallyport/denial'].code, 'SP5006', line);
    }
    const deep = `{${complete}${content},"structuredContent":{"a":{"b":1,"b":2}}}`;
    await gateway.call('say', sayOnly(`{"jsonrpc":"2.0","id":$ID,"result":${deep}}`), 'deep');
    assert.equal(gateway.lines.at(-1), `{"jsonrpc":"2.0","id":"deep","result":${deep}}`);
  });

  test(`22: a key that is one of the protocol's only to a reader that ignores case or escapes is refused (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    const line = gateway.callLine('1', 'echo', '{"text":"marked"}');
    await expectRefused(gateway, [
      line.replace('"method"', '"Method":"tools/list","method"'),
      line.replace('"method"', '"METHOD":"tools/list","method"'),
      line.replace('"id"', '"ID":2,"id"'),
      line.replace('"params"', '"Params":{"name":"whoami"},"params"'),
      line.replace('"params"', '"param\u017f":{"name":"whoami"},"params"'),
      line.replace('"method"', '"m\\u0065thod"'),
      line.replace('"params"', '"p\\u0061rams"'),
      line.replace('"id"', '"\\u0069d"'),
      line.replace('"name"', '"NAME":"whoami","name"'),
      line.replace('"name"', '"Name"'),
      line.replace('"name"', '"n\\u0061me"'),
      line.replace('"arguments"', '"Arguments":{"path":"/etc"},"arguments"'),
      line.replace('"arguments"', '"argument\u017f":{"path":"/etc"},"arguments"'),
      line.replace('"arguments"', '"\\u0061rguments"'),
      line.replace('"arguments"', '"ta\u017f\u212a":{},"arguments"'),
      line.replace('"arguments"', '"requestſtate":"x","arguments"'),
    ]);
  });

  test(`22: an argument that is a declared one only to a reader that ignores case or escapes is refused (${era})`, async (t) => {
    const gateway = await openFixture(t, era, [], { config: UNPINNED });
    const properties = { path: {}, mask: {}, filePath: {}, naïve: {} };
    await gateway.call('set_tools', {
      tools: [
        { name: 'write', inputSchema: { type: 'object', properties } },
        { name: 'raw', inputSchema: { type: 'object' } },
        { name: 'received', inputSchema: { type: 'object' } },
      ],
    });
    await gateway.ask('tools/list');
    const write = (args: string) => gateway.callLine('1', 'write', args);
    await expectRefused(gateway, [
      write('{"PATH":"marked"}'),
      write('{"Path":"marked"}'),
      write('{"path":"/allowed","Path":"marked"}'),
      write('{"p\\u0061th":"marked"}'),
      write('{"ma\u017fk":"marked"}'),
      write('{"mas\u212a":"marked"}'),
      write('{"ma\\u017f\\u212a":"marked"}'),
      write('{"filepath":"marked"}'),
      write('{"other":1,"OTHER":"marked"}'),
      write('{"other":1,"\\u004fther":"marked"}'),
    ]);
    const passing = '{"path":"a","filePath":"b","Other":1,"na\\u00efve":2,"a\\/b":3,"nested":{"PATH":1,"Path":2}}';
    gateway.send(gateway.callLine('2', 'raw', passing));
    assert.ok(textOf(await gateway.reply(2)).includes(`"arguments":${passing}`));
  });
}

test('22: a completion whose reference could be read as another one is refused', async (t) => {
  const gateway = await openFixture(t, 'legacy');
  const line = (ref: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":${ref},"argument":{"name":"who","value":"marked"}}}`;
  await expectRefused(gateway, [
    line('{"type":"ref/prompt","name":"greet","Name":"review"}'),
    line('{"type":"ref/prompt","NAME":"greet"}'),
    line('{"type":"ref/resource","uri":"file:///{path}","URI":"file:///secret"}'),
  ]);
});
