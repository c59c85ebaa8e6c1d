import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { fixtureBackend, fixtureCommand, GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';
import { found, NEEDS_PROC, whoami } from '../../support/program/survivors.ts';

function denial(answer: Message): Message {
  return (answer.result?._meta ?? answer.error.data)['dev.sallyport/denial'];
}

test('a server that crashed is started again without being asked, and serves the next call', {
  skip: NEEDS_PROC,
}, async (t) => {
  const file = join(temporaryFolder(t), 'starts');
  const server = ['sh', '-c', 'date +%s%N >> "$0"; exec "$@"', file, ...fixtureCommand()];
  const gateway = new GatewayPeer(t, 'wrap', server);
  await gateway.initialize();
  const before = await whoami(gateway);
  const crashed = await gateway.call('crash', { code: 3 });
  assert.equal(crashed.result.isError, true);
  assert.equal(denial(crashed).code, 'SP5002');
  assert.match(textOf(crashed), /exited with code 3/);
  const starts = () => readFileSync(file, 'utf8').trim().split('\n').map(Number);
  await found(() => (starts().length === 2 ? true : undefined), 30_000, 'the second start');
  const after = await whoami(gateway);
  assert.notEqual(after.pid, before.pid);
  const [first, second] = starts() as [number, number];
  assert.ok((second - first) / 1e6 >= 100, 'the second start waits a moment');
});

test('every call that was under way is lost once, and calls made during the restart are kept', async (t) => {
  const gateway = wrapFixture(t);
  await gateway.initialize();
  const hanging = [gateway.call('hang', {}, 'a'), gateway.call('hang', {}, 'b')];
  const crash = gateway.call('crash', {}, 'c');
  const [a, b, c] = await Promise.all([...hanging, crash]);
  for (const answer of [a, b, c]) assert.equal(denial(answer).code, 'SP5002');
  const kept = await Promise.all([1, 2, 3].map((n) => gateway.call('echo', { text: `kept ${n}` })));
  assert.deepEqual(kept.map(textOf), ['kept 1', 'kept 2', 'kept 3']);
  const answers = gateway.messages.filter(({ id }) => ['a', 'b', 'c'].includes(id));
  assert.equal(answers.length, 3);
});

test('a server that fails too often rests, says when it is tried again, and works when the time has come', async (t) => {
  const windowMs = 2500;
  const restart = { max: 2, window: `${windowMs}ms` };
  const config = `version: 1\nbackends:\n${fixtureBackend('shaky', [], { restart })}${fixtureBackend('solid')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  const begun = performance.now();
  for (let i = 0; i < 3; i++) assert.equal(denial(await gateway.call('shaky__crash')).code, 'SP5002');
  const resting = await gateway.call('shaky__echo', { text: 'x' });
  const { code, retry, retryAfterMs } = denial(resting);
  assert.deepEqual({ code, retry }, { code: 'SP5005', retry: 'later' });
  const elapsed = performance.now() - begun;
  assert.ok(
    retryAfterMs > 0 && retryAfterMs <= windowMs,
    `retry after ${retryAfterMs} ms, ${elapsed} ms after the first`,
  );
  assert.equal(textOf(await gateway.call('solid__echo', { text: 'on' })), 'on');
  const back = async () => {
    const answer = await gateway.call('shaky__echo', { text: 'back' });
    return answer.result.isError === true ? undefined : textOf(answer);
  };
  assert.equal(await found(back, 30_000, 'the rested server'), 'back');
});

test('a server that cannot start is tried again with each need until it rests', { skip: NEEDS_PROC }, async (t) => {
  const file = join(temporaryFolder(t), 'starts');
  const broken = { name: 'broken', command: 'sh', args: ['-c', `echo x >> '${file}'; exit 1`], restart: { max: 1 } };
  const config = `version: 1\nbackends:\n  - ${JSON.stringify(broken)}\n${fixtureBackend('fine')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  assert.equal(existsSync(file), false);
  const codes: string[] = [];
  for (let i = 0; i < 4; i++) {
    const answer = await gateway.ask('resources/read', { uri: 'broken+file:///a.txt' });
    codes.push(denial(answer).code);
  }
  assert.deepEqual(codes, ['SP5001', 'SP5001', 'SP5005', 'SP5005']);
  assert.equal(readFileSync(file, 'utf8'), 'x\nx\n');
});
