import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { UNPINNED, wrapFixture } from '../../support/program/gateway.ts';

const kinds = (records: Message[]) => records.map(({ kind }) => kind);

test('an allowed call leaves `call` and `done` with one id, a denied one only `call`', async (t) => {
  const gateway = wrapFixture(t, [], { config: UNPINNED, flags: ['--deny', 'crash', '--name', 'files'] });
  await gateway.initialize();
  await gateway.call('echo', { text: 'hello', password: 'hunter2' });
  await gateway.call('crash');
  await gateway.call('nowhere');
  await gateway.call('fail');
  const records = gateway.records;
  assert.deepEqual(kinds(records), ['event', 'call', 'done', 'call', 'call', 'call', 'done']);
  const [started, call, done, denied, unknown, failing, failed] = records;
  assert.equal(started.event, 'session_started');
  const { v, seq, ts, id, session, principal, policy, bytes, prev, hash, args_sha256, ...rest } = call;
  assert.deepEqual(rest, {
    kind: 'call',
    client: 'raw-test-client/1.0.0',
    action: 'tools/call',
    type: 'tool',
    resource: 'files/echo',
    args: { text: 'hello', password: '[redacted]' },
    decision: 'allow',
  });
  assert.equal(v, 1);
  assert.equal(seq, 2);
  assert.match(ts, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.equal(session, started.session);
  assert.equal(done.id, id);
  assert.equal(done.outcome, 'ok');
  assert.ok(done.bytes > 0 && done.ms >= 0);
  assert.equal(denied.decision, 'deny');
  assert.deepEqual(
    [denied.code, denied.rule, denied.source, denied.check],
    ['SP3002', '--deny', 'command line', 'access'],
  );
  assert.deepEqual([unknown.decision, unknown.code, unknown.resource], ['deny', 'SP8020', 'nowhere']);
  assert.equal(failed.id, failing.id);
  assert.equal(failed.outcome, 'error');
  assert.ok(principal !== '' && policy !== '' && bytes > 0 && prev !== hash && args_sha256 !== undefined);
});

test('refused frames and lifecycle events leave one record each, forwarded notifications none', async (t) => {
  const gateway = wrapFixture(t, [], { config: UNPINNED });
  await gateway.initialize();
  gateway.send('{"jsonrpc":"2.0","id":1,"method":"ping"');
  gateway.send('{"jsonrpc":"2.0","id":2,"method":"ping","method":"ping"}');
  gateway.send('{"jsonrpc":"2.0","id":3,"method":"no/such"}');
  await gateway.reply(3);
  gateway.notify('notifications/roots/list_changed');
  await gateway.call('log', { level: 'error' });
  await gateway.until(({ method }) => method === 'notifications/message');
  const before = gateway.records;
  assert.deepEqual(kinds(before), ['event', 'refused', 'refused', 'refused', 'call', 'done']);
  assert.deepEqual(
    before.filter(({ kind }) => kind === 'refused').map(({ from, code }) => [from, code]),
    [
      ['client', 'SP8001'],
      ['client', 'SP8006'],
      ['client', 'SP3005'],
    ],
  );
  assert.ok(before.every((record) => record.kind !== 'refused' || record.bytes > 0));
  await gateway.call('crash');
  const after = gateway.records.slice(before.length);
  assert.deepEqual(kinds(after), ['call', 'event', 'done']);
  assert.deepEqual([after[1].event, after[1].backend, after[1].code], ['backend_down', 'server', 'SP5002']);
  assert.deepEqual([after[2].outcome, after[2].code], ['failed', 'SP5002']);
});

test('`call` is on disk before the backend works on the request, `done` before the client has the answer', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize();
  for (let round = 0; round < 20; round++) {
    const answer = await gateway.call('read_files', { at: gateway.auditDir, round });
    const now = gateway.records;
    const seenByBackend = textOf(answer)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const call = seenByBackend.at(-1);
    assert.equal(call.kind, 'call');
    assert.equal(call.args.round, round);
    assert.equal(
      seenByBackend.some(({ kind, id }) => kind === 'done' && id === call.id),
      false,
    );
    assert.equal(now.at(-1).kind, 'done');
    assert.equal(now.at(-1).id, call.id);
  }
});

test('records of requests that came in one chunk stand in the order of the requests', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize();
  await gateway.ask('tools/list');
  const ids = Array.from({ length: 40 }, (_, i) => 100 + i);
  const lines = ids.map((id) =>
    JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'echo', arguments: { id } } }),
  );
  gateway.write(`${lines.join('\n')}\n`);
  for (const id of ids) await gateway.reply(id);
  const calls = gateway.records.filter(({ kind, action }) => kind === 'call' && action === 'tools/call');
  assert.deepEqual(
    calls.map(({ args }) => args.id),
    ids,
  );
  const done = new Set(gateway.records.filter(({ kind }) => kind === 'done').map(({ id }) => id));
  assert.ok(calls.every(({ id }) => done.has(id)));
});
