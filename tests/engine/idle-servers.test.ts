import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { Guardian } from '../../backends/guardian.ts';
import { Limiter } from '../../backends/limits/limiter.ts';
import { ProcessQuota } from '../../backends/process-quota.ts';
import { StdioServer } from '../../backends/stdio-server.ts';
import { systemClock } from '../../lib/model/clock.ts';
import { createEngine, type EngineOptions } from '../support/engine/engine.ts';
import { endWith, temporaryFolder } from '../support/folder.ts';
import { acknowledge, listen, tellOn, UPDATED } from '../support/http/streams.ts';
import { textOf } from '../support/mcp/peer.ts';
import { legacyTask } from '../support/mcp/tasks.ts';
import { fixtureCommand } from '../support/program/gateway.ts';
import { alive, found, NEEDS_PROC, noneLeft, whoami } from '../support/program/survivors.ts';

const IDLE_MS = 60_000;
const CHANGED = 'notifications/tools/list_changed';
const URI = 'file:///a.txt';

/** An engine whose time is the test's: `wait` lets some of it pass, for its clock and its timers. */
function engineOf(t: TestContext, options: EngineOptions = {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const engine = createEngine(t, { idleMs: IDLE_MS, ...options });
  const wait = (ms: number) => {
    engine.pass(ms);
    t.mock.timers.tick(ms);
  };
  const starts = () => engine.server.asked('initialize').length + engine.server.asked('server/discover').length;
  return Object.assign(engine, { wait, starts, events: () => engine.logged.map(({ event }) => event) });
}

async function used(t: TestContext, options: EngineOptions = {}) {
  const engine = engineOf(t, options);
  const ana = engine.client('ana');
  if (options.era !== 'modern') await ana.initialize();
  await ana.call('work');
  return Object.assign(engine, { ana });
}

test('a server that nobody needs is ended, and started again for the next call', async (t) => {
  const { server, ana, wait, events, audit, starts } = await used(t);
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
  const { server, ana, wait } = await used(t);
  for (let i = 0; i < 5; i++) {
    wait(IDLE_MS - 1000);
    await ana.call('work');
  }
  assert.equal(server.rests, 0);
  wait(IDLE_MS);
  assert.equal(server.rests, 1);
});

test('a server without the limit is never ended for it', async (t) => {
  const { server, wait } = await used(t, { idleMs: undefined as never });
  wait(IDLE_MS * 100);
  assert.equal(server.rests, 0);
});

test('a server that works on a call is not ended, however long it takes', async (t) => {
  const { server, ana, wait } = await used(t, { config: 'limits: { execution_timeout_secs: 86400 }\n' });
  server.hold('tools/call');
  const answer = ana.call('work', {}, 'long');
  const [, { id }] = (await server.askedTimes('tools/call', 2)) as [unknown, { id: number }];
  for (let i = 0; i < 10; i++) wait(IDLE_MS);
  assert.equal(server.rests, 0);
  server.result(id, { content: [{ type: 'text', text: 'at last' }] });
  assert.equal(textOf(await answer), 'at last');
  wait(IDLE_MS - 1000);
  assert.equal(server.rests, 0, 'the answer counts as well');
  wait(2000);
  assert.equal(server.rests, 1);
});

test('a call that comes at the very end is made, and one that waits for the next start as well', async (t) => {
  const { server, ana, wait, starts } = await used(t);
  wait(IDLE_MS - 1);
  const first = ana.call('work');
  wait(2);
  const second = ana.call('work');
  assert.deepEqual([textOf(await first), textOf(await second)], ['done', 'done']);
  assert.ok(server.rests <= 1 && starts() === 1 + server.rests);
});

test('a question a client has not answered keeps its server', async (t) => {
  const engine = engineOf(t);
  const ana = engine.client('ana');
  await ana.initialize({ capabilities: { roots: {} } });
  await ana.call('work');
  engine.server.send({ jsonrpc: '2.0', id: 'q', method: 'roots/list' });
  const question = await ana.until(({ method }) => method === 'roots/list');
  for (let i = 0; i < 3; i++) engine.wait(IDLE_MS);
  assert.equal(engine.server.rests, 0);
  ana.send({ jsonrpc: '2.0', id: question.id, result: { roots: [] } });
  await ana.ask('ping');
  for (let i = 0; i < 2; i++) engine.wait(IDLE_MS);
  assert.equal(engine.server.rests, 1);
});

test('a subscription of a legacy client keeps its server until it is taken back', async (t) => {
  const { server, ana, wait } = await used(t);
  for (const method of ['resources/subscribe', 'resources/unsubscribe']) server.onRequest(method, () => ({}));
  await ana.ask('resources/subscribe', { uri: URI });
  for (let i = 0; i < 3; i++) wait(IDLE_MS);
  assert.equal(server.rests, 0);
  server.notify(UPDATED, { uri: URI });
  await ana.until(({ method }) => method === UPDATED);
  await ana.ask('resources/unsubscribe', { uri: URI });
  for (let i = 0; i < 2; i++) wait(IDLE_MS);
  assert.equal(server.rests, 1);
});

for (const serverEra of ['legacy', 'modern'] as const) {
  test(`a stream of updates keeps a ${serverEra} server`, async (t) => {
    const { server, ana, wait } = await used(t, { era: 'modern', serverEra });
    server.onRequest('resources/subscribe', () => ({}));
    server.hold('subscriptions/listen');
    const agreed = listen(ana, 'L', { resourceSubscriptions: [URI] });
    if (serverEra === 'modern') {
      const [asked] = await server.askedTimes('subscriptions/listen', 1);
      acknowledge(server, asked!);
    }
    await agreed;
    for (let i = 0; i < 3; i++) wait(IDLE_MS);
    assert.equal(server.rests, 0);
  });

  test(`a stream of changed lists does not keep a ${serverEra} server, and lives on`, async (t) => {
    const { server, ana, wait } = await used(t, { era: 'modern', serverEra });
    server.hold('subscriptions/listen');
    const agreed = listen(ana, 'L', { toolsListChanged: true });
    if (serverEra === 'modern') {
      const [asked] = await server.askedTimes('subscriptions/listen', 1);
      acknowledge(server, asked!);
    }
    await agreed;
    for (let i = 0; i < 2; i++) wait(IDLE_MS);
    assert.equal(server.rests, 1);
    await ana.call('work');
    if (serverEra === 'modern') {
      const [, again] = await server.askedTimes('subscriptions/listen', 2);
      acknowledge(server, again!);
      tellOn(server, again!, CHANGED);
    } else server.notify(CHANGED);
    await ana.call('work');
    wait(1000);
    await ana.until(({ method }) => method === CHANGED);
    assert.deepEqual(
      ana.messages.filter(({ id, result }) => id === 'L' && result !== undefined),
      [],
    );
  });
}

test('a server that has made a task keeps running for it', async (t) => {
  const engine = engineOf(t);
  const { server, wait } = engine;
  server.tools = [{ name: 'work', inputSchema: { type: 'object' }, execution: { taskSupport: 'optional' } }];
  server.onRequest('initialize', ({ params }) => ({
    protocolVersion: params.protocolVersion,
    capabilities: { tools: {}, tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } },
    serverInfo: { name: 'scripted', version: '1.0.0' },
  }));
  server.onRequest('tools/call', () => ({ task: legacyTask('own') }));
  const ana = engine.client('ana');
  await ana.initialize();
  const { result } = await ana.ask('tools/call', { name: 'work', arguments: {}, task: {} });
  assert.ok(result.task.taskId);
  for (let i = 0; i < 3; i++) wait(IDLE_MS);
  assert.equal(server.rests, 0);
  server.crash();
  server.onRequest('tools/call', () => ({ content: [] }));
  await ana.call('work');
  for (let i = 0; i < 2; i++) wait(IDLE_MS);
  assert.equal(server.rests, 1, 'another process knows nothing of the task');
});

test('one idle server is ended and the other goes on', async (t) => {
  const engine = engineOf(t, { backends: ['one', 'two'] });
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

/** An engine in front of real processes of the fixture server. */
function realEngine(t: TestContext, idleMs: number, flags: readonly string[] = []) {
  const guardian = new Guardian(randomUUID());
  const [command, ...args] = fixtureCommand(flags);
  const stateDir = temporaryFolder(t);
  const processes = new ProcessQuota(1, 1);
  const logged: { readonly level: string; readonly event: string }[] = [];
  const log = { write: (level: string, event: string) => void logged.push({ level, event }) };
  const engine = createEngine(t, {
    idleMs,
    makeServer: (config, surroundings) => {
      const around = {
        sandboxes: undefined,
        credentials: undefined,
        limiter: new Limiter(),
        user: 'ana',
        event: () => {},
      };
      const pad = {
        ...surroundings,
        ...around,
        guardian,
        clock: systemClock,
        log,
        processes,
        inherited: process.env,
        stateDir,
      };
      return new StdioServer({ ...config, command: command!, args, cwd: stateDir }, { ...pad, tap: undefined }, 'ana');
    },
  });
  endWith(t, async () => {
    await engine.gateway.close(true);
    await guardian.close();
  });
  return { engine, logged };
}

for (const flags of [[], ['--ignore-eof']]) {
  const how = flags.length === 0 ? 'at the end of its input' : 'when it is told to';
  test(`a real server is ended ${how}, and its next process serves the next call`, { skip: NEEDS_PROC }, async (t) => {
    const { engine, logged } = realEngine(t, 50, flags);
    const ana = engine.client('ana');
    await ana.initialize();
    const first = await whoami(ana as never);
    await noneLeft(() => [first.pid].filter(alive), 20_000, 'the idle server');
    const second = await whoami(ana as never);
    assert.notEqual(second.pid, first.pid);
    assert.equal(textOf(await ana.call('echo', { text: 'on' })), 'on');
    const told = logged.filter(({ event }) => event !== 'stderr');
    assert.ok(
      told.every(({ level, event }) => level === 'info' && event === 'backend_started'),
      JSON.stringify(told),
    );
    assert.ok(engine.logged.some(({ event }) => event === 'backend_idle'));
  });
}

test('a server that takes its time to end is gone before its next process starts', {
  skip: NEEDS_PROC,
}, async (t) => {
  const { engine } = realEngine(t, 50, ['--ignore-eof']);
  const ana = engine.client('ana');
  await ana.initialize();
  const first = await whoami(ana as never);
  const rests = () => (engine.logged.some(({ event }) => event === 'backend_idle') ? true : undefined);
  await found(rests, 30_000, 'the end of the idle server');
  const second = await whoami(ana as never);
  assert.notEqual(second.pid, first.pid);
  assert.equal(alive(first.pid), false);
});

test('calls made again and again around the end of an idle server are all answered', {
  skip: NEEDS_PROC,
}, async (t) => {
  const { engine, logged } = realEngine(t, 1);
  const ana = engine.client('ana');
  await ana.initialize();
  for (let i = 0; i < 12; i++) {
    const answers = await Promise.all([1, 2, 3].map((n) => ana.call('echo', { text: `${i}.${n}` })));
    assert.deepEqual(
      answers.map(textOf),
      [1, 2, 3].map((n) => `${i}.${n}`),
    );
  }
  assert.equal(
    logged.some(({ event }) => event === 'backend_down'),
    false,
  );
});
