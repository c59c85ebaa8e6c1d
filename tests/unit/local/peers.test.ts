import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  AT_A_TERMINAL_OF_ITS_OWN,
  answeredBy,
  ESCAPED,
  HAS_OWN_TERMINAL,
  IN_A_TERMINAL,
  localGateway,
} from '../../support/approvals/local-scene.ts';
import { DIGEST } from '../../support/approvals/scripted-desk.ts';
import { temporaryFolder } from '../../support/folder.ts';

const NEEDED = { skip: !HAS_OWN_TERMINAL && 'setsid and script of util-linux are not here' };

test('an answer from a terminal counts, with the name of the user and what it is worth', NEEDED, async (t) => {
  const folder = join(temporaryFolder(t), 'run');
  const gateway = await localGateway(t, folder, `client=${process.pid}`, 'K7QF');
  const said = await answeredBy(AT_A_TERMINAL_OF_ITS_OWN, folder, 'K7QF', DIGEST);
  assert.deepEqual(said, { by: 'tester', assurance: 'same-user' });
  const { id, approved, channel, assurance, by } = await gateway.next('answered');
  assert.deepEqual(
    { id, approved, channel, assurance, by },
    { id: 'K7QF', approved: true, channel: 'terminal', assurance: 'same-user', by: 'tester' },
  );
});

for (const [what, how, why] of [
  ['a child of the client', [], /started by .*, a client whose calls are guarded/],
  ['a child of the client with a terminal of its making', IN_A_TERMINAL, /started by .*, a client/],
  ['one that left the client and has no terminal', ESCAPED, /it has no terminal/],
] as const) {
  test(`${what} is refused, and the record says why`, NEEDED, async (t) => {
    const folder = join(temporaryFolder(t), 'run');
    const gateway = await localGateway(t, folder, `client=${process.pid}`, 'K7QF');
    const { fault } = await answeredBy(how, folder, 'K7QF', DIGEST);
    assert.equal(fault?.kind, 'refused');
    assert.equal(fault?.code, 'SP6008');
    assert.match(fault!.text, why);
    const refused = await gateway.next('refused');
    assert.equal(refused.verb, 'answer');
    assert.equal(refused.subject, 'K7QF');
    assert.match(String(refused.why), why);
  });
}

test('the client of another gateway is a client as well', NEEDED, async (t) => {
  const folder = join(temporaryFolder(t), 'run');
  await localGateway(t, folder, 'K7QF');
  await localGateway(t, folder, `client=${process.pid}`);
  const { fault } = await answeredBy(IN_A_TERMINAL, folder, 'K7QF', DIGEST);
  assert.match(fault!.text, /a client whose calls are guarded/);
});

test('a client whose gateway has ended is a client still, at the gateway of another', NEEDED, async (t) => {
  const folder = join(temporaryFolder(t), 'run');
  await localGateway(t, folder, 'K7QF');
  const { child } = await localGateway(t, folder, `client=${process.pid}`);
  const ended = once(child, 'exit');
  child.stdin!.end();
  await ended;
  const { fault } = await answeredBy(IN_A_TERMINAL, folder, 'K7QF', DIGEST);
  assert.match(fault!.text, /a client whose calls are guarded/);
});

test('what an agent started is refused also once it has left the agent behind', NEEDED, async (t) => {
  const folder = join(temporaryFolder(t), 'run');
  await localGateway(t, folder, 'K7QF');
  const { fault } = await answeredBy(AT_A_TERMINAL_OF_ITS_OWN, folder, 'K7QF', DIGEST, { CLAUDECODE: '1' });
  assert.match(fault!.text, /started by an agent, which has set CLAUDECODE/);
});

test('an answer to something else than what was shown does not count', NEEDED, async (t) => {
  const folder = join(temporaryFolder(t), 'run');
  await localGateway(t, folder, 'K7QF');
  const { fault } = await answeredBy(IN_A_TERMINAL, folder, 'K7QF', 'cd'.repeat(32));
  assert.match(fault!.text, /not the one that was shown/);
});

const AS_ROOT = { skip: (process.getuid?.() !== 0 || !HAS_OWN_TERMINAL) && 'needs root, setsid and script' };

test('root beside a gateway of another user proves it, and that counts for more', AS_ROOT, async (t) => {
  const home = temporaryFolder(t);
  chmodSync(home, 0o777);
  const folder = join(home, 'run');
  const gateway = await localGateway(t, folder, 'uid=65534', 'K7QF');
  const said = await answeredBy(IN_A_TERMINAL, folder, 'K7QF', DIGEST);
  assert.deepEqual(said, { by: 'root', assurance: 'os-auth' });
  assert.equal((await gateway.next('answered')).assurance, 'os-auth');
});

test('root below a client is refused like everybody', AS_ROOT, async (t) => {
  const home = temporaryFolder(t);
  chmodSync(home, 0o777);
  const folder = join(home, 'run');
  await localGateway(t, folder, 'uid=65534', `client=${process.pid}`, 'K7QF');
  const { fault } = await answeredBy(IN_A_TERMINAL, folder, 'K7QF', DIGEST);
  assert.equal(fault?.code, 'SP6008');
  assert.match(fault!.text, /a client whose calls are guarded/);
});
