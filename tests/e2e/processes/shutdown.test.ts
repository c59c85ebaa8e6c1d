import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { textOf } from '../../support/mcp/peer.ts';
import { fixtureBackend, GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';
import { SHUTDOWN_MS } from '../../support/program/processes.ts';
import {
  alive,
  found,
  guardians,
  marked,
  NEEDS_PROC,
  runOf,
  runStartedBy,
  type Whoami,
  whoami,
} from '../../support/program/survivors.ts';

async function started(t: TestContext, flags: readonly string[]): Promise<{ gateway: GatewayPeer; server: Whoami }> {
  const gateway = wrapFixture(t, flags);
  await gateway.initialize();
  return { gateway, server: await whoami(gateway) };
}

function nothingLeft(server: Whoami): void {
  const run = runOf(server);
  assert.deepEqual([...[server.pid].filter(alive), ...marked(run), ...guardians(run)], []);
}

test('a call that can finish is answered after the input has ended', { skip: NEEDS_PROC }, async (t) => {
  const { gateway, server } = await started(t, []);
  const call = gateway.call('slow', { ms: 300 });
  gateway.child.stdin!.end();
  assert.equal(textOf(await call), 'slept 300');
  assert.deepEqual(await gateway.exited, { code: 0, signal: null });
  nothingLeft(server);
});

test('calls that cannot finish get one error each, and all is over in time', { skip: NEEDS_PROC }, async (t) => {
  const { gateway, server } = await started(t, ['--ignore-eof', '--ignore-term', '--daemon']);
  const calls = [1, 2, 3].map((id) => gateway.call('hang', {}, id));
  const begun = performance.now();
  gateway.child.stdin!.end();
  for (const call of calls) {
    const { result } = await call;
    assert.equal(result.isError, true);
    assert.equal(result._meta['dev.sallyport/denial'].code, 'SP5010');
  }
  assert.deepEqual(await gateway.exited, { code: 0, signal: null });
  const took = performance.now() - begun;
  assert.ok(took < SHUTDOWN_MS, `the shutdown took ${took} ms`);
  assert.equal(gateway.messages.filter(({ id }) => [1, 2, 3].includes(id)).length, 3);
  nothingLeft(server);
});

test('SIGTERM does not wait for calls, and they are answered all the same', { skip: NEEDS_PROC }, async (t) => {
  const { gateway, server } = await started(t, []);
  const call = gateway.call('slow', { ms: 5000 });
  const ready = gateway.call('echo', { text: 'it is under way' });
  await ready;
  gateway.child.kill('SIGTERM');
  assert.equal((await call).result._meta['dev.sallyport/denial'].code, 'SP5010');
  assert.deepEqual(await gateway.exited, { code: 143, signal: null });
  nothingLeft(server);
});

test('a client that is gone, seen by its closed output alone, ends the gateway', { skip: NEEDS_PROC }, async (t) => {
  const { gateway, server } = await started(t, ['--ignore-eof']);
  gateway.child.stdout!.destroy();
  gateway.send({ jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'echo', arguments: { text: 'x' } } });
  assert.deepEqual(await gateway.exited, { code: 0, signal: null });
  nothingLeft(server);
});

test('a client that closes our diagnostics loses nothing but those', async (t) => {
  const broken = `  - ${JSON.stringify({ name: 'broken', command: 'no-such-server' })}\n`;
  const config = `version: 1\nbackends:\n${broken}${fixtureBackend('fine')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  gateway.child.stderr!.destroy();
  await gateway.initialize();
  const lost = await gateway.ask('tools/call', { name: 'broken__echo', arguments: {} });
  assert.ok(lost.error ?? lost.result.isError);
  assert.equal(textOf(await gateway.call('fine__echo', { text: 'on' })), 'on');
  assert.deepEqual(await gateway.end(), { code: 0, signal: null });
});

test('the end of the input while a server is being started leaves no server', { skip: NEEDS_PROC }, async (t) => {
  const gateway = wrapFixture(t, ['--slow-start', '60000', '--ignore-eof', '--ignore-term']);
  const initialize = gateway.ask('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'raw-test-client', version: '1.0.0' },
  });
  const run = await found(() => runStartedBy(gateway.pid), 30_000, 'a server');
  gateway.child.stdin!.end();
  assert.ok((await initialize).error);
  assert.deepEqual(await gateway.exited, { code: 0, signal: null });
  assert.deepEqual([...marked(run), ...guardians(run)], []);
});
