import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { fixtureCommand, GatewayPeer } from '../../support/program/gateway.ts';
import { found, NEEDS_PROC, noneLeft, withVariable } from '../../support/program/survivors.ts';

const CLIENT = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };

/** A command that leaves a file behind when it is started, then becomes `server`. */
function noted(file: string, server: readonly string[] = fixtureCommand()): string[] {
  return ['sh', '-c', 'echo started >> "$0"; exec "$@"', file, ...server];
}

function config(...backends: readonly Readonly<Record<string, unknown>>[]): string {
  return `version: 1\nbackends:\n${backends.map((backend) => `  - ${JSON.stringify(backend)}\n`).join('')}`;
}

function backend(name: string, [command, ...args]: readonly string[], more = {}): Readonly<Record<string, unknown>> {
  return { name, command, args, ...more };
}

async function notes(t: TestContext): Promise<(name: string) => string> {
  const folder = temporaryFolder(t);
  return (name) => join(folder, name);
}

test('a server is started when it is first needed, an eager one when the client initializes', async (t) => {
  const note = await notes(t);
  const gateway = new GatewayPeer(t, 'run', [], {
    config: config(backend('lazy', noted(note('lazy'))), backend('eager', noted(note('eager')), { start: 'eager' })),
  });
  await gateway.ask('ping');
  assert.equal(existsSync(note('eager')), false, 'nothing is started before initialize');
  await gateway.initialize();
  await found(() => existsSync(note('eager')) || undefined, 30_000, 'the eager server');
  await gateway.ask('ping');
  assert.equal(existsSync(note('lazy')), false, 'initialize and ping need no server');
  assert.equal(textOf(await gateway.call('lazy__echo', { text: 'now' })), 'now');
  assert.equal(existsSync(note('lazy')), true);
});

test('a client that only looks whether the command works starts no server', async (t) => {
  const note = await notes(t);
  const gateways = ['wrap', 'wrap', 'run'].map((command, i) => {
    const server = noted(note(`${command}${i}`));
    const options = command === 'wrap' ? {} : { config: config(backend('eager', server, { start: 'eager' })) };
    return new GatewayPeer(t, command as 'wrap' | 'run', command === 'wrap' ? server : [], options);
  });
  const [silent, pinging, discovering] = gateways as [GatewayPeer, GatewayPeer, GatewayPeer];
  await pinging.ask('ping');
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  await discovering.ask('server/discover', { _meta: meta });
  for (const gateway of [silent, pinging, discovering])
    assert.deepEqual(await gateway.end(), { code: 0, signal: null });
  assert.deepEqual(
    ['wrap0', 'wrap1', 'run2'].filter((name) => existsSync(note(name))),
    [],
  );
});

test('a server that never answers is given up at its deadline, and others go on', { skip: NEEDS_PROC }, async (t) => {
  const mute = ['sh', '-c', 'echo waiting for a license >&2; trap "" TERM; sleep 1000'];
  const gateway = new GatewayPeer(t, 'run', [], {
    config: config(
      backend('mute', mute, { start_timeout_secs: 2.5, env: { MUTE: 'yes' } }),
      backend('fine', fixtureCommand()),
    ),
  });
  await gateway.initialize();
  const lost = gateway.ask('resources/read', { uri: 'mute+file:///a.txt' });
  assert.equal(textOf(await gateway.call('fine__echo', { text: 'meanwhile' })), 'meanwhile');
  const { error } = await lost;
  assert.equal(error.data['dev.sallyport/denial'].code, 'SP5007');
  assert.match(gateway.stderr, /\[SP5007\] mute was not ready within 2\.5 s; it said: waiting for a license/);
  await noneLeft(() => withVariable('MUTE', 'yes'), 20_000, 'the mute server');
  assert.equal(textOf(await gateway.call('fine__echo', { text: 'still' })), 'still');
});

test('a server that is slow to answer is waited for, and every client message with it', async (t) => {
  const gateway = new GatewayPeer(t, 'wrap', fixtureCommand(['--slow-start', '600']));
  gateway.send({ jsonrpc: '2.0', id: 'i', method: 'initialize', params: CLIENT });
  gateway.notify('notifications/initialized');
  const call = gateway.call('echo', { text: 'late' });
  assert.ok((await gateway.reply('i')).result);
  assert.equal(textOf(await call), 'late');
});
