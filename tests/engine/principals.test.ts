import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, type EngineClient, type EngineOptions, type TestEngine } from '../support/engine/engine.ts';
import { ERAS } from '../support/mcp/eras.ts';
import type { Message } from '../support/mcp/lines.ts';
import { textOf } from '../support/mcp/peer.ts';

/** Two users with a client each, on one gateway. */
async function twoUsers(
  engine: TestEngine,
  era: EngineOptions['era'],
): Promise<{ alice: EngineClient; bob: EngineClient }> {
  const [alice, bob] = [engine.client('alice'), engine.client('bob')];
  if (era === 'legacy') await Promise.all([alice.initialize(), bob.initialize()]);
  return { alice, bob };
}

for (const era of ERAS) {
  test(`34: a client cannot cancel another's call (${era})`, async (t) => {
    const engine = createEngine(t, { era });
    const { alice, bob } = await twoUsers(engine, era);
    engine.server.hold('tools/call');
    const call = alice.call('work', {}, 'mine');
    const [asked] = await engine.server.askedTimes('tools/call', 1);
    bob.notify('notifications/cancelled', { requestId: 'mine' });
    bob.notify('notifications/cancelled', { requestId: asked!.id });
    await bob.ask('tools/list');
    assert.ok(!engine.server.messages.some(({ method }) => method === 'notifications/cancelled'));
    engine.server.result(asked!.id, { content: [{ type: 'text', text: 'done' }] });
    assert.equal(textOf(await call), 'done');
  });

  test(`37: two clients with the same progress token each see their own progress only (${era})`, async (t) => {
    const engine = createEngine(t, { era });
    const { alice, bob } = await twoUsers(engine, era);
    engine.server.hold('tools/call');
    const calls = [alice, bob].map((client, index) => {
      const params = { name: 'work', arguments: { for: index }, _meta: { progressToken: 'a' } };
      return client.ask('tools/call', params);
    });
    const asked = await engine.server.askedTimes('tools/call', 2);
    const tokens = asked.map(({ params }) => params._meta.progressToken);
    assert.notEqual(tokens[0], tokens[1]);
    for (const { params } of asked) {
      const progress = params.arguments.for + 1;
      engine.server.notify('notifications/progress', { progressToken: params._meta.progressToken, progress });
    }
    for (const { id } of asked) engine.server.result(id, { content: [] });
    await Promise.all(calls);
    const seen = (client: EngineClient) =>
      client.messages.flatMap(({ method, params }) => (method === 'notifications/progress' ? [params] : []));
    assert.deepEqual(seen(alice), [{ progressToken: 'a', progress: 1 }]);
    assert.deepEqual(seen(bob), [{ progressToken: 'a', progress: 2 }]);
  });

  test(`49: a cursor is of no use to another principal, nor after an hour (${era})`, async (t) => {
    const engine = createEngine(t, { era });
    const { alice, bob } = await twoUsers(engine, era);
    pageTools(engine);
    const cursor: string = (await alice.ask('tools/list')).result.nextCursor;
    const refused = { code: -32602, message: 'Invalid cursor' };
    assert.deepEqual((await bob.ask('tools/list', { cursor })).error, refused);
    assert.equal((await alice.ask('tools/list', { cursor })).result.tools[0].name, 'tool1');
    engine.pass(59 * 60_000);
    assert.equal((await alice.ask('tools/list', { cursor })).result.tools[0].name, 'tool1');
    engine.pass(2 * 60_000);
    assert.deepEqual((await alice.ask('tools/list', { cursor })).error, refused);
  });

  test(`49: two clients that turn the pages of one list side by side both get all of it (${era})`, async (t) => {
    const engine = createEngine(t, { era });
    const { alice, bob } = await twoUsers(engine, era);
    pageTools(engine);
    const found = new Map<EngineClient, string[]>();
    const turn = async (client: EngineClient, cursor?: string): Promise<string> => {
      const { result } = await client.ask('tools/list', cursor === undefined ? undefined : { cursor });
      const names = result.tools.map(({ name }: Message) => name);
      found.set(client, [...(found.get(client) ?? []), ...names]);
      return result.nextCursor;
    };
    const [first, second] = [await turn(alice), await turn(bob)];
    const [third, fourth] = [await turn(alice, first), await turn(bob, second)];
    await turn(bob, fourth);
    await turn(alice, third);
    for (const client of [alice, bob]) assert.deepEqual(found.get(client), ['tool0', 'tool1', 'tool2']);
    for (const name of ['tool0', 'tool1', 'tool2']) assert.equal(textOf(await alice.call(name)), 'done');
  });
}

/** Three tools, one a page. */
function pageTools(engine: TestEngine): void {
  engine.server.onRequest('tools/list', ({ params }) => {
    const page = Number(params?.cursor ?? 0);
    const tools = [{ name: `tool${page}`, inputSchema: { type: 'object' } }];
    return { resultType: 'complete', tools, ...(page < 2 ? { nextCursor: String(page + 1) } : {}) };
  });
}

test('52: two clients share one subscription, and the last one to leave ends it', async (t) => {
  const engine = createEngine(t);
  const { alice, bob } = await twoUsers(engine, 'legacy');
  for (const method of ['resources/subscribe', 'resources/unsubscribe']) engine.server.onRequest(method, () => ({}));
  const uri = 'file:///a.txt';
  const updates = (client: EngineClient) =>
    client.messages.filter(({ method }) => method === 'notifications/resources/updated').length;
  const touch = async () => {
    engine.server.notify('notifications/resources/updated', { uri });
    await Promise.all([alice.call('work'), bob.call('work')]);
  };
  await alice.ask('resources/subscribe', { uri });
  await touch();
  assert.deepEqual([updates(alice), updates(bob)], [1, 0]);
  await bob.ask('resources/subscribe', { uri });
  await touch();
  assert.deepEqual([updates(alice), updates(bob)], [2, 1]);
  assert.equal(engine.server.asked('resources/subscribe').length, 1);
  await alice.ask('resources/unsubscribe', { uri });
  await touch();
  assert.deepEqual([updates(alice), updates(bob)], [2, 2]);
  assert.equal(engine.server.asked('resources/unsubscribe').length, 0);
  await bob.ask('resources/unsubscribe', { uri });
  assert.equal(engine.server.asked('resources/unsubscribe').length, 1);
  await touch();
  assert.deepEqual([updates(alice), updates(bob)], [2, 2]);
});

test('58: a request state is of no use to another principal, nor after a quarter of an hour', async (t) => {
  const engine = createEngine(t, { era: 'modern' });
  const { alice, bob } = await twoUsers(engine, 'modern');
  engine.server.onRequest('tools/call', ({ params }) =>
    params.requestState === undefined
      ? { resultType: 'input_required', requestState: 'state' }
      : { resultType: 'complete', content: [{ type: 'text', text: 'finished' }] },
  );
  const begin = async () => (await alice.call('work')).result.requestState;
  const goOn = (client: EngineClient, requestState: string) =>
    client.ask('tools/call', { name: 'work', arguments: {}, requestState });
  const refused = { code: -32602, message: 'Invalid request state' };
  const state = await begin();
  assert.deepEqual((await goOn(bob, state)).error, refused);
  assert.equal(textOf(await goOn(alice, state)), 'finished');
  const old = await begin();
  engine.pass(16 * 60_000);
  assert.deepEqual((await goOn(alice, old)).error, refused);
  assert.equal(engine.server.asked('tools/call').length, 3);
});

test('64: a task of one principal does not exist for another', async (t) => {
  const engine = createEngine(t);
  const { alice, bob } = await twoUsers(engine, 'legacy');
  const task = { taskId: 'own-id', status: 'working', createdAt: 'now', lastUpdatedAt: 'now', ttl: null };
  engine.server.onRequest('tools/call', () => ({ task }));
  for (const method of ['tasks/get', 'tasks/cancel']) engine.server.onRequest(method, () => task);
  engine.server.onRequest('tasks/list', () => ({ tasks: [task] }));
  const { taskId } = (await alice.ask('tools/call', { name: 'work', arguments: {}, task: {} })).result.task;
  for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel']) {
    assert.deepEqual((await bob.ask(method, { taskId })).error, { code: -32602, message: 'Unknown task' });
  }
  assert.equal(engine.server.messages.filter(({ method }) => method?.startsWith('tasks/')).length, 0);
  assert.equal((await alice.ask('tasks/get', { taskId })).result.taskId, taskId);
  assert.deepEqual((await bob.ask('tasks/list')).result.tasks, []);
  assert.equal((await alice.ask('tasks/list')).result.tasks[0].taskId, taskId);
});

test('72: a client that floods one backend does not take the others from another client', async (t) => {
  const engine = createEngine(t, { backends: ['one', 'two'] });
  const { alice, bob } = await twoUsers(engine, 'legacy');
  await Promise.all([alice.ask('tools/list'), bob.ask('tools/list')]);
  engine.server.hold('tools/call');
  for (let id = 1_000_000; id < 1_010_000; id++) alice.send(alice.callLine(String(id), 'one__work'));
  assert.equal(textOf(await bob.call('two__work')), 'done');
  await alice.when(() => alice.messages.filter(({ id }) => id >= 1_000_000).length === 10_000 - 64);
  assert.equal(engine.server.asked('tools/call').length, 64);
  assert.equal(textOf(await bob.call('two__work')), 'done');
});

test('72: a client whose calls fill a backend leaves room there for another', async (t) => {
  const engine = createEngine(t);
  const { alice, bob } = await twoUsers(engine, 'legacy');
  await alice.ask('tools/list');
  engine.server.hold('tools/call');
  for (let id = 0; id < 200; id++) alice.send(alice.callLine(`"a${id}"`, 'work'));
  await engine.server.askedTimes('tools/call', 1);
  const call = bob.call('work', { for: 'bob' });
  await engine.server.when(() =>
    engine.server.asked('tools/call').some(({ params }) => params.arguments.for === 'bob'),
  );
  const [{ id }] = engine.server.asked('tools/call').filter(({ params }) => params.arguments.for === 'bob') as [
    Message,
  ];
  engine.server.result(id, { content: [{ type: 'text', text: 'for bob' }] });
  assert.equal(textOf(await call), 'for bob');
});
