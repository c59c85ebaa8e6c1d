import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERAS, openFixture } from '../../support/mcp/eras.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { upstream } from '../../support/mcp/upstream.ts';
import { wrapFixture } from '../../support/program/gateway.ts';

for (const era of ERAS) {
  test(`32: a cancelled call is called off upstream under its id there, and is never answered (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    gateway.write(`${gateway.callLine('"c"', 'slow', '{"ms":100}')}\n`);
    gateway.notify('notifications/cancelled', { requestId: 'c', reason: 'enough' });
    await gateway.call('slow', { ms: 200 });
    const messages = await upstream(gateway);
    const sent = messages.find(({ params }) => params?.arguments?.ms === 100);
    const cancels = messages.filter(({ method }) => method === 'notifications/cancelled');
    assert.deepEqual(cancels, [
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: sent.id, reason: 'enough' } },
    ]);
    assert.ok(!gateway.messages.some(({ id }) => id === 'c'));
    const { id } = gateway.records.find((record) => record.resource?.endsWith('/slow'));
    const done = gateway.records.filter((record) => record.kind === 'done' && record.id === id);
    assert.deepEqual(
      done.map(({ outcome }) => outcome),
      ['cancelled'],
    );
    assert.equal(textOf(await gateway.call('echo', { text: 'again' }, 'c')), 'again');
  });
}

test('33: a cancellation that races the answer leaves at most one answer and no slot taken', async (t) => {
  const config = 'version: 1\nlimits: { max_concurrent_calls: 8 }\n';
  const gateway = wrapFixture(t, [], { config });
  await gateway.initialize();
  await gateway.call('echo');
  for (let i = 0; i < 300; i++) {
    gateway.send({ jsonrpc: '2.0', id: `r${i}`, method: 'tools/call', params: { name: 'echo', arguments: {} } });
    for (let turns = i % 10; turns > 0; turns--) await new Promise(setImmediate);
    gateway.notify('notifications/cancelled', { requestId: `r${i}` });
    if (i % 8 === 7) await gateway.ask('ping');
  }
  while (textOf(await gateway.call('echo')).startsWith('Refused')) await new Promise(setImmediate);
  const answers = new Map<string, number>();
  for (const { id } of gateway.messages) answers.set(id, (answers.get(id) ?? 0) + 1);
  assert.ok([...answers.values()].every((count) => count === 1));
  const calls = gateway.records.filter(({ kind, decision }) => kind === 'call' && decision === 'allow');
  const done = gateway.records.filter(({ kind }) => kind === 'done').map(({ id }) => id);
  assert.equal(new Set(done).size, done.length);
  assert.deepEqual(new Set(done), new Set(calls.map(({ id }) => id)));
  const outcomes = new Set(gateway.records.map(({ outcome }) => outcome));
  assert.ok(outcomes.has('cancelled') && outcomes.has('ok'), 'both sides won some of the races');
  const full = await Promise.all(Array.from({ length: 8 }, () => gateway.call('slow', { ms: 50 })));
  for (const answer of full) assert.equal(textOf(answer), 'slept 50');
});

test('34: cancelling an unknown id, an id of another type or the handshake changes nothing', async (t) => {
  const gateway = wrapFixture(t, ['--slow-start', '150']);
  const opening = gateway.ask('initialize', { protocolVersion: '2025-11-25', capabilities: {} }, 'first');
  gateway.notify('notifications/cancelled', { requestId: 'first' });
  assert.equal((await opening).result.serverInfo.name, 'fixture');
  gateway.notify('notifications/initialized');
  const call = gateway.call('slow', { ms: 100 }, 7);
  for (const requestId of ['7', 8, 'first', null, { id: 7 }, [7], 7.5]) {
    gateway.notify('notifications/cancelled', { requestId });
  }
  gateway.notify('notifications/cancelled');
  gateway.notify('notifications/cancelled', {});
  assert.equal(textOf(await call), 'slept 100');
  const methods = (await upstream(gateway)).map(({ method }) => method);
  assert.ok(!methods.includes('notifications/cancelled'), methods.join(' '));
});

test('36: progress passes only for a token in use, upwards, and before the answer', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize();
  const progress = (token: string, value: number | string) =>
    `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${token},"progress":${value}}}`;
  const lines = [
    progress('424242', 1),
    progress('"tok"', 2),
    progress('$TOKEN', 5),
    progress('$TOKEN', 3),
    progress('$TOKEN', 5),
    progress('$TOKEN', '"9"'),
    progress('$TOKEN', 7),
    '{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"said"}]}}',
    progress('$TOKEN', 9),
  ];
  const params = { name: 'say', arguments: { lines, silent: true }, _meta: { progressToken: 'tok' } };
  assert.equal(textOf(await gateway.ask('tools/call', params)), 'said');
  await gateway.call('echo');
  const seen = gateway.messages.filter(({ method }) => method === 'notifications/progress');
  assert.deepEqual(
    seen.map(({ params: { progressToken, progress } }) => [progressToken, progress]),
    [
      ['tok', 5],
      ['tok', 7],
    ],
  );
});

test('36: progress nobody asked for is dropped', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize();
  await gateway.call('slow', { ms: 20, steps: 5 });
  await gateway.call('burst', { count: 5 });
  assert.ok(!gateway.messages.some(({ method }) => method === 'notifications/progress'));
});

test('36: progress at ten thousand a second reaches the client thinned out', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize();
  const params = { name: 'burst', arguments: { count: 30_000 }, _meta: { progressToken: 1 } };
  const answer = await gateway.ask('tools/call', params);
  assert.equal(textOf(answer), 'burst');
  const seen = gateway.messages.filter(({ method }) => method === 'notifications/progress');
  assert.ok(seen.length > 0 && seen.length < 3000, `${seen.length} notifications`);
  const values: number[] = seen.map(({ params }) => params.progress);
  assert.ok(values.every((value, index) => index === 0 || value > values[index - 1]!));
});
