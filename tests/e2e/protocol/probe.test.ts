import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { modernMeta } from '../../support/mcp/eras.ts';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { logged } from '../../support/mcp/upstream.ts';
import { fixtureBackend, fixtureCommand, GatewayPeer } from '../../support/program/gateway.ts';

/** A gateway in a home that holds nothing, and the file its backends would sign when they are started. */
function emptyHome(t: Parameters<typeof temporaryFolder>[0], command: 'wrap' | 'run', era: 'legacy' | 'modern') {
  const starts = join(temporaryFolder(t), 'starts');
  const flags = ['--starts', starts, '--era', era];
  const names = command === 'wrap' ? [] : ['one', 'two'];
  const backends = names.map((name) => fixtureBackend(name, flags, { era }));
  const config = command === 'wrap' ? {} : { config: `version: 1\nbackends:\n${backends.join('')}` };
  const own = command === 'wrap' ? { flags: ['--era', era] } : config;
  const gateway = new GatewayPeer(t, command, command === 'wrap' ? fixtureCommand(flags) : [], own);
  const files = () => readdirSync(gateway.home, { recursive: true }).filter((file) => file !== 'sallyport.yaml');
  return { gateway, files, starts };
}

for (const command of ['wrap', 'run'] as const) {
  for (const era of ['legacy', 'modern'] as const) {
    test(`70: a probe of \`${command}\` starts no server and leaves no file (${era})`, async (t) => {
      const { gateway, files, starts } = emptyHome(t, command, era);
      const answer = await gateway.ask('server/discover', { _meta: modernMeta() });
      assert.deepEqual(answer.result.supportedVersions, ['2026-07-28']);
      assert.equal(answer.result.resultType, 'complete');
      assert.ok(answer.result.capabilities.tools);
      assert.deepEqual(await gateway.end(), { code: 0, signal: null });
      assert.equal(existsSync(starts), false);
      assert.deepEqual(files(), []);
      assert.equal(gateway.stderr, '');
    });
  }
}

test('70: other ways to probe leave nothing behind either', async (t) => {
  const newer = { ...modernMeta(), 'io.modelcontextprotocol/protocolVersion': '2027-01-01' };
  for (const frame of [
    '',
    '{"jsonrpc":"2.0","id":1,"method":"ping"}',
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: newer } }),
  ]) {
    const { gateway, files, starts } = emptyHome(t, 'wrap', 'modern');
    if (frame !== '') {
      gateway.send(frame);
      const { error } = await gateway.reply(1);
      assert.ok(error === undefined || error.code === -32022);
    }
    assert.deepEqual(await gateway.end(), { code: 0, signal: null });
    assert.equal(existsSync(starts), false, frame);
    assert.deepEqual(files(), [], frame);
  }
});

test('70: after a probe the same process still opens in the legacy era', async (t) => {
  const { gateway, starts } = emptyHome(t, 'wrap', 'legacy');
  assert.ok((await gateway.ask('server/discover', { _meta: modernMeta() })).result);
  assert.equal((await gateway.initialize()).serverInfo.name, 'fixture');
  assert.equal(textOf(await gateway.call('echo', { text: 'hi' })), 'hi');
  assert.ok(existsSync(starts));
});

test('70: `initialize` opens a modern server as well, and the client never hears of the other era', async (t) => {
  const { gateway } = emptyHome(t, 'wrap', 'modern');
  const { protocolVersion, resultType } = await gateway.initialize({ protocolVersion: '2025-06-18' });
  assert.deepEqual([protocolVersion, resultType], ['2025-06-18', undefined]);
  const { result } = await gateway.call('echo', { text: 'hi' });
  assert.deepEqual([textOf({ result }), result.resultType], ['hi', undefined]);
});

const UNFIT: Record<string, [flags: readonly string[], code: string]> = {
  'refuses it with -32601': [['--era', 'legacy'], 'SP5008'],
  'refuses it with another error': [['--refuse', 'server/discover'], 'SP5008'],
  'exits on it': [['--exit-on', 'server/discover'], 'SP5001'],
  'says nothing': [['--era', 'modern', '--ignore', 'server/discover'], 'SP5007'],
  'answers with another revision': [['--answer', 'server/discover={"supportedVersions":["2027-01-01"]}'], 'SP5008'],
  'answers with something else': [['--answer', 'server/discover={"tools":[]}'], 'SP5008'],
};

for (const [what, [flags, code]] of Object.entries(UNFIT)) {
  test(`70: a server configured as modern that ${what} when it is probed is named as unfit`, async (t) => {
    const log = join(temporaryFolder(t), 'received.jsonl');
    const own = { era: 'modern', start_timeout_secs: code === 'SP5007' ? 5 : 60, restart: { max: 0 } };
    const unfit = fixtureBackend('unfit', [...flags, '--log', log], own);
    const gateway = new GatewayPeer(t, 'run', [], { config: `version: 1\nbackends:\n${unfit}` });
    gateway.meta = modernMeta();
    const { result } = await gateway.call('echo', { text: 'hi' });
    assert.equal(result._meta['dev.sallyport/denial'].code, code);
    const methods: Message[] = logged(log).map(({ method }) => method);
    assert.deepEqual(methods, ['server/discover'], 'nothing follows a probe that failed');
  });
}
