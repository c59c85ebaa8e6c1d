import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Peer } from '../../support/mcp/peer.ts';
import { CLI } from '../../support/paths.ts';
import { sallyport } from '../../support/program/command.ts';
import { isolatedHome, wrapFixture } from '../../support/program/gateway.ts';

test('`audit tail` prints the newest records of all processes', async (t) => {
  const first = wrapFixture(t);
  await first.initialize();
  const second = wrapFixture(t, [], { home: first.home });
  await second.initialize();
  await first.call('echo', { n: 1 });
  await second.call('echo', { n: 2 });
  await first.call('echo', { n: 3 });
  const { code, stdout } = await sallyport(['audit', 'tail', '--json', '-n', '5'], { home: first.home });
  assert.equal(code, 0);
  const records = stdout.split('\n').map((line) => JSON.parse(line));
  const times = records.map(({ ts }) => ts);
  assert.deepEqual(times, [...times].sort());
  assert.equal(records.length, 5);
  const last = first.records.find(({ args }) => args?.n === 3);
  assert.deepEqual(
    records.filter(({ id }) => id === last.id).map(({ kind }) => kind),
    ['call', 'done'],
  );
  assert.equal((await sallyport(['audit', 'tail', '-n', '0'], { home: first.home })).stdout, '');
  assert.equal((await sallyport(['audit', 'tail', '-n', 'x'], { home: first.home })).code, 2);
});

test('`audit tail -f` goes on with every later record once, also of a gateway that starts later', async (t) => {
  const first = wrapFixture(t);
  await first.initialize();
  const tail = new Peer(t, process.execPath, [CLI, 'audit', 'tail', '-f', '--json'], { env: isolatedHome(first.home) });
  await tail.until(({ event }) => event === 'session_started');
  for (let n = 0; n < 50; n++) await first.call('echo', { n });
  const second = wrapFixture(t, [], { home: first.home });
  await second.initialize();
  await second.call('echo', { n: 'second' });
  const last = await tail.until(({ args }) => args?.n === 'second');
  await tail.until(({ kind, id }) => kind === 'done' && id === last.id);
  const shown = tail.messages.map(({ hash }) => hash);
  assert.equal(new Set(shown).size, shown.length, 'no record is printed twice');
  assert.deepEqual(new Set(shown), new Set(first.records.map(({ hash }) => hash)));
  tail.child.kill('SIGTERM');
  await tail.exited;
});
