import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { logged } from '../../support/mcp/upstream.ts';
import { fixtureBackend, GatewayPeer, readLines, wrapFixture } from '../../support/program/gateway.ts';

const DENIAL = 'dev.sallyport/denial';

test('39: a backend that dies mid-call: one error for each call, none is made again, and it comes back', async (t) => {
  const log = join(temporaryFolder(t), 'received.jsonl');
  const gateway = wrapFixture(t, ['--ignore', 'resources/read', '--log', log]);
  await gateway.initialize();
  const first = JSON.parse(textOf(await gateway.call('whoami')));
  const [one, two, read, crashed] = await Promise.all([
    gateway.call('hang', { n: 1 }),
    gateway.call('hang', { n: 2 }),
    gateway.ask('resources/read', { uri: 'file:///a.txt' }),
    gateway.call('crash'),
  ]);
  for (const answer of [one, two, crashed]) {
    assert.equal(answer.result.isError, true);
    assert.equal(answer.result._meta[DENIAL].code, 'SP5002');
    assert.match(answer.result.content[0].text, /exited with code 3/);
  }
  assert.equal(read.error.code, -31502);
  assert.equal(read.error.data[DENIAL].code, 'SP5002');
  await gateway.until(({ method }) => method === 'notifications/tools/list_changed');
  const second = JSON.parse(textOf(await gateway.call('whoami')));
  assert.notEqual(second.pid, first.pid);
  const calls = logged(log).filter(({ method }) => method === 'tools/call' || method === 'resources/read');
  assert.deepEqual(
    calls.map(({ method, params }) => params.name ?? method),
    ['whoami', 'hang', 'hang', 'resources/read', 'crash', 'whoami'],
  );
  const ids = gateway.messages.flatMap(({ id }) => (id === undefined ? [] : [id]));
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(gateway.records.some(({ event, backend }) => event === 'backend_down' && backend !== undefined));
});

test('40: a backend that keeps crashing rests, lists go on without it, and others are not touched', async (t) => {
  const folder = temporaryFolder(t);
  const [starts, others] = [join(folder, 'bad'), join(folder, 'good')];
  const restart = { restart: { max: 2, window: '60s' } };
  const bad = fixtureBackend('bad', ['--starts', starts, '--slow-start', '1'], restart);
  const config = `version: 1\nbackends:\n${bad}${fixtureBackend('good', ['--starts', others])}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  const names = async () =>
    (await gateway.ask('tools/list')).result.tools.map(({ name }: Message) => name.split('__')[0]);
  assert.deepEqual(new Set(await names()), new Set(['bad', 'good']));
  for (let crash = 1; crash <= 3; crash++) {
    const { result } = await gateway.call('bad__crash');
    assert.equal(result._meta[DENIAL].code, 'SP5002');
  }
  const { result } = await gateway.call('bad__echo');
  assert.equal(result._meta[DENIAL].code, 'SP5005');
  assert.equal(result._meta[DENIAL].retry, 'later');
  assert.ok(result._meta[DENIAL].retryAfterMs > 1000);
  assert.deepEqual(new Set(await names()), new Set(['good']));
  assert.equal(textOf(await gateway.call('good__echo', { text: 'fine' })), 'fine');
  assert.equal(readLines(starts).length, 3);
  assert.equal(readLines(others).length, 1);
});

test('40: a backend that never gets as far as an answer is tried a bounded number of times', async (t) => {
  const starts = join(temporaryFolder(t), 'starts');
  const flags = ['--starts', starts, '--exit-at-start', '7'];
  const bad = fixtureBackend('bad', flags, { restart: { max: 2, window: '60s' } });
  const gateway = new GatewayPeer(t, 'run', [], { config: `version: 1\nbackends:\n${bad}${fixtureBackend('good')}` });
  await gateway.initialize();
  for (let i = 0; i < 8; i++) {
    const answer = await gateway.call('bad__echo');
    assert.equal(answer.result?.isError, true, JSON.stringify(answer));
    const { result } = await gateway.ask('tools/list');
    assert.ok(result.tools.every(({ name }: Message) => name.startsWith('good__')));
  }
  assert.equal(readLines(starts).length, 3);
  assert.equal(textOf(await gateway.call('good__echo', { text: 'fine' })), 'fine');
});

test('41: a banner on standard output is ignored', async (t) => {
  const gateway = wrapFixture(t, ['--banner', 'Fixture server 1.0\n\nlistening on stdio {"a":']);
  await gateway.initialize();
  assert.equal(textOf(await gateway.call('echo', { text: 'hi' })), 'hi');
  assert.ok(!gateway.lines.some((line) => line.includes('listening')));
});

for (const newlines of [true, false]) {
  const kind = newlines ? 'lines' : 'one endless line';
  test(`41: a backend that floods its output with ${kind} of garbage is taken out`, async (t) => {
    const config = `version: 1\nbackends:\n${fixtureBackend('loud')}${fixtureBackend('calm')}`;
    const gateway = new GatewayPeer(t, 'run', [], { config });
    await gateway.initialize();
    await gateway.ask('tools/list');
    const flood = gateway.call('loud__garbage', { bytes: 100_000_000, newlines });
    const calm = await Promise.all(Array.from({ length: 50 }, () => gateway.call('calm__echo', { text: 'calm' })));
    for (const answer of calm) assert.equal(textOf(answer), 'calm');
    const { result } = await flood;
    assert.equal(result.isError, true);
    assert.equal(result._meta[DENIAL].code, 'SP5009');
    const refused = gateway.records.filter(({ kind, from }) => kind === 'refused' && from === 'loud');
    assert.ok(refused.length <= 100, `${refused.length} records`);
    assert.ok(gateway.messages.length > 0, 'every line the client got is JSON');
  });
}
