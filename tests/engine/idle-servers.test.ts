import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IDLE_MS, idleEngine, usedEngine } from '../support/engine/idle-engine.ts';
import { textOf } from '../support/mcp/peer.ts';

test('a server that nobody needs is ended, and started again for the next call', async (t) => {
  const { server, ana, wait, events, audit, starts } = await usedEngine(t);
  const before = audit.records.length;
  wait(IDLE_MS - 1000);
  assert.equal(server.rests, 0);
  wait(IDLE_MS);
  assert.equal(server.rests, 1);
  assert.deepEqual(
    events().filter((event) => event.startsWith('backend')),
    ['backend_ready', 'backend_idle'],
  );
  assert.equal(audit.records.length, before, 'the record has nothing of it');
  wait(IDLE_MS * 3);
  assert.equal(server.rests, 1);
  const from = ana.lines.length;
  assert.equal(textOf(await ana.call('work')), 'done');
  assert.equal(starts(), 2);
  wait(1000);
  await ana.ask('ping');
  assert.deepEqual(
    ana.messages.slice(from).filter(({ method }) => method !== undefined),
    [],
    'nobody is told of it',
  );
  wait(IDLE_MS * 2);
  assert.equal(server.rests, 2);
});

test('every call puts the end off', async (t) => {
  const { server, ana, wait } = await usedEngine(t);
  for (let i = 0; i < 5; i++) {
    wait(IDLE_MS - 1000);
    await ana.call('work');
  }
  assert.equal(server.rests, 0);
  wait(IDLE_MS);
  assert.equal(server.rests, 1);
});

test('a server without the limit is never ended for it', async (t) => {
  const { server, wait } = await usedEngine(t, { idleMs: undefined as never });
  wait(IDLE_MS * 100);
  assert.equal(server.rests, 0);
});

test('a call that comes at the very end is made, and one that waits for the next start as well', async (t) => {
  const { server, ana, wait, starts } = await usedEngine(t);
  wait(IDLE_MS - 1);
  const first = ana.call('work');
  wait(2);
  const second = ana.call('work');
  assert.deepEqual([textOf(await first), textOf(await second)], ['done', 'done']);
  assert.ok(server.rests <= 1 && starts() === 1 + server.rests);
});

test('one idle server is ended and the other goes on', async (t) => {
  const engine = idleEngine(t, { backends: ['one', 'two'] });
  const ana = engine.client('ana');
  await ana.initialize();
  await ana.call('one__work');
  await ana.call('two__work');
  engine.wait(IDLE_MS - 1000);
  await ana.call('two__work');
  engine.wait(1000);
  engine.wait(1000);
  assert.deepEqual(
    engine.servers.map(({ rests }) => rests),
    [1, 0],
  );
});
