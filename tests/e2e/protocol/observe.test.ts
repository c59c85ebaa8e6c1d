import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERAS, openFixture } from '../../support/mcp/eras.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { logOf } from '../../support/program/diagnostic-log.ts';
import { fixtureCommand, GatewayPeer } from '../../support/program/gateway.ts';

const CAP = 64 * 1024;

for (const era of ERAS) {
  test(`observe mode lets through what a check would deny, records it, and edits nothing (${era})`, async (t) => {
    const config = 'version: 1\nlimits: { max_response_bytes: 2KiB }\n';
    const gateway = await openFixture(t, era, [], { config, flags: ['--observe', '--deny', 'echo'] });
    const { tools } = (await gateway.ask('tools/list')).result;
    assert.ok(tools.some(({ name }: { name: string }) => name === 'echo'));
    assert.equal(textOf(await gateway.call('echo', { text: 'through' })), 'through');
    assert.equal(textOf(await gateway.call('big', { bytes: 5000 })).length, 5000);
    const call = gateway.records.find(({ kind, resource }) => kind === 'call' && resource.endsWith('/echo'));
    assert.deepEqual([call.decision, call.would_deny.code], ['allow', 'SP3002']);
    const edits = gateway.records.flatMap(({ kind, edits = [] }) => (kind === 'done' ? edits : []));
    assert.deepEqual(edits, ['hide 1', 'truncate']);
  });

  test(`observe mode keeps frame caps, unknown methods and names, strict frames and ids (${era})`, async (t) => {
    const config = `version: 1\nlimits: { max_frame_bytes: ${CAP} }\n`;
    const gateway = await openFixture(t, era, [], { config, flags: ['--observe'] });
    await gateway.ask('tools/list');
    gateway.send(gateway.callLine('1', 'echo', `{"text":"${'x'.repeat(CAP)}"}`));
    assert.equal((await gateway.reply(1)).error.code, -32600);
    gateway.send(gateway.callLine('2', 'echo', '{"a":1,"a":2}'));
    assert.equal((await gateway.reply(2)).error.code, -32600);
    assert.equal((await gateway.ask('vendor/echo')).error.code, -32601);
    assert.equal((await gateway.call('never listed')).error.code, -32602);
    assert.equal((await gateway.call('big', { bytes: CAP })).result._meta['dev.sallyport/denial'].code, 'SP5006');
    const from = gateway.lines.length;
    const wrong = '{"jsonrpc":"2.0","id":"$ID","result":{"content":[]}}';
    assert.equal(textOf(await gateway.call('say', { lines: [wrong] }, 'own')), 'said');
    assert.equal(gateway.lines.length, from + 1, 'an answer under an id that is not its own stays unknown');
  });
}

test('observe mode masks secrets in the log, in the records and on standard error all the same', async (t) => {
  const secret = 'observed-secret-value';
  const script = 'echo "my token is $TOKEN" >&2; exec "$@"';
  const args = ['-c', script, 'sh', ...fixtureCommand()];
  const backend = { name: 'files', command: 'sh', args, env: { TOKEN: '${SECRET_TOKEN}' }, enforce: false };
  const config = `version: 1\nenforce: false\naudit: { include_arguments: full }\nlog: { level: debug }\nbackends: [${JSON.stringify(backend)}]\n`;
  const gateway = new GatewayPeer(t, 'run', [], { config, flags: ['--observe'], env: { SECRET_TOKEN: secret } });
  await gateway.initialize();
  assert.equal(textOf(await gateway.call('echo', { text: secret })), secret, 'the server itself gets it');
  await gateway.end();
  const audit = JSON.stringify(gateway.records);
  for (const text of [audit, logOf(gateway), gateway.stderr]) assert.ok(!text.includes(secret));
  assert.match(audit, /\[masked\]/);
  assert.match(logOf(gateway), /my token is \[masked\]/);
});
