import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { ERAS, modernMeta, openFixture } from '../../support/mcp/eras.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { sayOnly } from '../../support/mcp/received.ts';
import { fixtureBackend, GatewayPeer, UNPINNED } from '../../support/program/gateway.ts';

const BODY = '{"resultType":"complete","content":[{"type":"text","text":"kept"}],"inner":{"unknown":[1]}}';

for (const era of ERAS) {
  test(`5: answers that come out of order, within a backend and across two, reach who asked (${era})`, async (t) => {
    const backend = (name: string) => fixtureBackend(name, ['--era', era], { era });
    const config = `version: 1\nbackends:\n${backend('one')}${backend('two')}`;
    const gateway = new GatewayPeer(t, 'run', [], { config });
    if (era === 'legacy') await gateway.initialize();
    else gateway.meta = modernMeta();
    await gateway.ask('tools/list');
    const from = gateway.lines.length;
    const folder = temporaryFolder(t);
    const held = (tool: string, id: string) => gateway.call(tool, { until: join(folder, id) }, id);
    const later = { a: held('one__slow', 'a'), b: held('one__slow', 'b'), c: held('two__slow', 'c') };
    assert.equal(textOf(await gateway.call('two__echo', { text: 'at once' }, 'd')), 'at once');
    for (const id of ['b', 'c', 'a'] as const) {
      writeFileSync(join(folder, id), '');
      assert.equal(textOf(await later[id]), `waited for ${id}`);
    }
    assert.deepEqual(
      gateway.messages.slice(from).map(({ id }) => id),
      ['d', 'b', 'c', 'a'],
    );
  });

  test(`6: a second answer, one under an unknown id and one under the id as text are dropped and recorded (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    const from = gateway.lines.length;
    assert.equal(textOf(await gateway.call('twice', {}, 'x')), 'first');
    const wrong = (id: string) => `{"jsonrpc":"2.0","id":${id},"result":${BODY.replace('kept', 'wrong')}}`;
    const said = await gateway.call('say', { lines: [wrong('999999'), wrong('"$ID"'), wrong('null')] }, 'y');
    assert.equal(textOf(said), 'said');
    await gateway.call('echo', { text: 'still there' }, 'z');
    assert.deepEqual(
      gateway.messages.slice(from).map(({ id }) => id),
      ['x', 'y', 'z'],
    );
    const refused = gateway.records.filter(({ kind, code }) => kind === 'refused' && code === 'SP8003');
    assert.equal(refused.length, 4);
  });

  test(`7: foreign keys beside result, error, method and params do not reach the client, all inside them does (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    const result = `{"extra":1,"jsonrpc":"2.0","_meta":{},"id":$ID,"result":${BODY},"params_":[2]}`;
    const error = '{"jsonrpc":"2.0","id":$ID,"error":{"code":-32000,"message":"no","data":{"why":1}},"extra":{}}';
    const notice = '{"extra":1,"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}';
    await gateway.ask('tools/list');
    const from = gateway.lines.length;
    await gateway.call('say', sayOnly(result), 1);
    await gateway.call('say', sayOnly(error), 2);
    assert.deepEqual(gateway.lines.slice(from), [
      `{"jsonrpc":"2.0","id":1,"result":${BODY}}`,
      '{"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"no","data":{"why":1}}}',
    ]);
    if (era === 'modern') return;
    await gateway.call('say', { lines: [notice] });
    assert.equal(
      gateway.lines[from + 2],
      '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}',
    );
  });

  test(`8: an answer with both a result and an error, or neither, becomes one error (${era})`, async (t) => {
    const gateway = await openFixture(t, era, [], { config: UNPINNED });
    await gateway.ask('tools/list');
    const broken = [
      `{"jsonrpc":"2.0","id":$NEXT,"result":${BODY},"error":{"code":-32000,"message":"both"}}`,
      '{"jsonrpc":"2.0","id":$NEXT}',
      '{"jsonrpc":"2.0","id":$NEXT,"result":[]}',
      '{"jsonrpc":"2.0","id":$NEXT,"error":{"code":"1","message":"no integer"}}',
      `{"jsonrpc":"1.0","id":$NEXT,"result":${BODY}}`,
    ];
    for (const [index, line] of broken.entries()) {
      const from = gateway.lines.length;
      const params = { uri: 'file:///a.txt', _meta: gateway.meta };
      const read = JSON.stringify({ jsonrpc: '2.0', id: `read ${index}`, method: 'resources/read', params });
      // One write, so that the request to be answered is sent before the wrong answer to it is asked for.
      gateway.write(`${gateway.callLine(`"say ${index}"`, 'say', JSON.stringify({ lines: [line] }))}\n${read}\n`);
      assert.equal((await gateway.reply(`read ${index}`)).error?.code, -32603, line);
      await gateway.reply(`say ${index}`);
      const failed = await gateway.call('say', sayOnly(line.replace('$NEXT', '$ID')), `call ${index}`);
      assert.equal(failed.result.isError, true);
      assert.equal(failed.result._meta['dev.sallyport/denial'].code, 'SP5006');
      await gateway.call('echo', { text: 'sync' }, `echo ${index}`);
      const ids = gateway.messages.slice(from).map(({ id }) => id);
      assert.deepEqual(ids.sort(), [`call ${index}`, `echo ${index}`, `read ${index}`, `say ${index}`].sort());
    }
  });
}
