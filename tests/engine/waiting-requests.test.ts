import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createEngine, type EngineClient, type EngineOptions, type TestEngine } from '../support/engine/engine.ts';

const MEGABYTES = 60;
const MOST_HELD = 20_000_000;

/** A gateway whose only backend was lost after its tools had been listed, and does not come back. */
async function lost(t: Parameters<typeof createEngine>[0], options: EngineOptions) {
  const engine = createEngine(t, options);
  const client = engine.client('ana');
  await client.initialize();
  await client.ask('tools/list');
  engine.server.crash();
  return { engine, client };
}

/** Sends and cancels calls of a megabyte each; resolves with how many bytes are still held after them. */
async function heldAfterCancelling({ audit }: TestEngine, client: EngineClient, tool: string): Promise<number> {
  const before = heldBytes();
  const text = 'x'.repeat(1_000_000);
  for (let i = 0; i < MEGABYTES; i++) {
    client.send({ jsonrpc: '2.0', id: i, method: 'tools/call', params: { name: tool, arguments: { text } } });
    client.notify('notifications/cancelled', { requestId: i });
    await client.ask('ping');
    audit.records.length = 0;
  }
  return heldBytes() - before;
}

function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().arrayBuffers;
}

function cancelled({ audit }: TestEngine): number {
  return audit.records.filter((record) => record.kind === 'done' && record.done.outcome === 'cancelled').length;
}

test('calls that wait for a start count as running', async (t) => {
  const { engine, client } = await lost(t, { config: 'limits: { max_concurrent_calls: 2 }\n' });
  engine.server.hold('tools/call');
  const lines = ['1', '2', '3', '4'].map((id) => client.callLine(id, 'work'));
  client.write(`${lines.join('\n')}\n`);
  for (const id of [3, 4]) {
    assert.equal((await client.reply(id)).result._meta['dev.sallyport/denial'].code, 'SP3013');
  }
  await engine.server.askedTimes('tools/call', 2);
  await client.ask('ping');
  assert.equal(engine.server.asked('tools/call').length, 2);
});

test('a call that was cancelled while it waited for a start does not count any more', async (t) => {
  const { engine, client } = await lost(t, { config: 'limits: { max_concurrent_calls: 1 }\n' });
  engine.server.hold('initialize');
  for (let id = 1; id < 4; id++) {
    client.send(client.callLine(String(id), 'work'));
    client.notify('notifications/cancelled', { requestId: id });
  }
  await client.ask('ping');
  assert.equal(cancelled(engine), 3);
});

test('calls that were cancelled while they waited for a start leave nothing in memory', async (t) => {
  const { engine, client } = await lost(t, {});
  engine.server.hold('initialize');
  const held = await heldAfterCancelling(engine, client, 'work');
  assert.ok(held < MOST_HELD, `${held} bytes are held`);
});

test('calls that were cancelled while tools were listed to find theirs leave nothing in memory', async (t) => {
  const engine = createEngine(t);
  const client = engine.client('ana');
  await client.initialize();
  engine.server.hold('tools/list');
  const held = await heldAfterCancelling(engine, client, 'unheard-of');
  assert.ok(held < MOST_HELD, `${held} bytes are held`);
});

test('calls of hidden tools that were cancelled while tools were listed leave nothing in memory', async (t) => {
  const engine = createEngine(t, { config: 'policies: { default: deny }\n' });
  const client = engine.client('ana');
  await client.initialize();
  await client.ask('tools/list');
  engine.pass(10_000);
  engine.server.hold('tools/list');
  const held = await heldAfterCancelling(engine, client, 'work');
  assert.ok(held < MOST_HELD, `${held} bytes are held`);
});

test('a client that waits for the instructions of all backends is answered when the gateway shuts down', async (t) => {
  const engine = createEngine(t, { backends: ['one', 'two'], config: 'instructions: merged\n' });
  for (const server of engine.servers) server.hold('initialize');
  const client = engine.client('ana');
  const clientInfo = { name: 'test', version: '1' };
  const asked = client.ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo });
  await engine.servers[1]!.askedTimes('initialize', 1);
  await engine.gateway.close(true);
  assert.equal((await asked).error.code, -31502);
});
