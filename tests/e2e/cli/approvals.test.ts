import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { announcedIn } from '../../../backends/local/announced.ts';
import { LocalClient } from '../../../backends/local/local-client.ts';
import type { PendingApproval } from '../../../lib/model/approval-desk.ts';
import { awaited } from '../../support/approvals/local-scene.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { sallyport } from '../../support/program/command.ts';
import { type GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';
import { atOwnTerminal, HAS_OWN_TERMINAL } from '../../support/program/terminal.ts';

const ASKING = `version: 1
security: { registry: { pin: off } }
approvals: { timeout: 50s }
policies: { tools: { "fixture/echo": { action: require_approval } } }
`;
const NEEDED = { skip: !HAS_OWN_TERMINAL && 'setsid and script of util-linux are not here' };

/** A gateway that asks before it calls `echo`, and somebody who watches it, so that people can be asked. */
async function watched(t: TestContext, home = temporaryFolder(t)) {
  const gateway = wrapFixture(t, [], { home, config: ASKING, flags: ['--name', 'fixture'] });
  await gateway.initialize();
  const folder = join(home, 'state', 'sallyport', 'run');
  const client = await watcherOf(gateway, folder);
  t.after(() => client.close());
  return { gateway, home, folder, client };
}

/** The socket is there a second after the first record. */
async function watcherOf(gateway: GatewayPeer, folder: string): Promise<LocalClient> {
  const own = await awaited(folder, () => announcedIn(folder).find(({ pid }) => pid === gateway.pid));
  const client = await LocalClient.to(own, folder);
  await client.ask('watch');
  return client;
}

/** Calls `echo`, and answers what then waits and the answer to come. */
async function asked(gateway: GatewayPeer, client: LocalClient, text: string) {
  const pending = new Promise<PendingApproval>((resolve) => {
    client.onEvent = ({ event, pending }) => {
      if (event === 'asked') resolve(pending as PendingApproval);
    };
  });
  const answer = gateway.call('echo', { text });
  return { pending: await pending, answer };
}

test(
  'a call waits, a person at their own terminal reads it whole and approves it, and it is made',
  NEEDED,
  async (t) => {
    const { gateway, home, client } = await watched(t);
    const { pending, answer } = await asked(gateway, client, 'hello there');
    const listed = await sallyport(['approvals', 'list'], { home });
    assert.equal(listed.code, 4, listed.stderr);
    assert.match(listed.stdout, new RegExp(`^${pending.id}\\s+fixture/echo\\s`, 'm'));
    const shown = await sallyport(['approvals', 'show', pending.id.toLowerCase()], { home });
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /tools\/call fixture\/echo/);
    assert.match(shown.stdout, /hello there/);
    const approved = await atOwnTerminal(['approvals', 'approve', pending.id, '--reason', 'looks fine'], {
      home,
      input: 'y\n',
    });
    assert.equal(approved.code, 0, approved.stdout);
    assert.match(approved.stdout, /hello there/);
    assert.match(approved.stdout, /Approve this call\? \[y\/N\]/);
    assert.match(approved.stdout, new RegExp(`Approved ${pending.id}, as \\S+ \\(same-user\\)\\.`));
    assert.equal(textOf(await answer), 'hello there');
    const answered = gateway.records.find(({ event }) => event === 'approval_answered');
    assert.equal(answered?.channel, 'terminal');
    assert.equal(answered?.assurance, 'same-user');
    assert.equal(answered?.why, 'looks fine');
    assert.equal((await sallyport(['approvals', 'list'], { home })).stdout, 'Nothing waits.');
    const history = await sallyport(['approvals', 'history'], { home });
    assert.match(history.stdout, /approval_asked .*\n.*approval_answered .*why=looks fine/);
  },
);

test('a person who says no, or nothing, agrees to nothing; one who denies ends the wait', NEEDED, async (t) => {
  const { gateway, home, client } = await watched(t);
  const { pending, answer } = await asked(gateway, client, 'one');
  const no = await atOwnTerminal(['approvals', 'approve', pending.id], { home, input: 'n\n' });
  assert.equal(no.code, 4, no.stdout);
  assert.match(no.stdout, /still waits/);
  const denied = await atOwnTerminal(['approvals', 'deny', pending.id, '--reason', 'not today'], { home });
  assert.equal(denied.code, 0, denied.stdout);
  assert.equal((await answer).result.isError, true);
  assert.equal((await answer).result._meta['dev.sallyport/denial'].code, 'SP6001');
});

test('what the client starts approves nothing, not even what it was told the name of', NEEDED, async (t) => {
  const { gateway, home, client } = await watched(t);
  const { pending, answer } = await asked(gateway, client, 'one');
  // This process is the client: what it starts is what an agent's shell would start.
  const tried = await sallyport(['approvals', 'approve', pending.id, '--yes'], { home });
  assert.equal(tried.code, 3, tried.stdout);
  assert.match(tried.stderr, /\[SP6008\] only a person at a terminal may do this: it was started by/);
  assert.equal((await sallyport(['approvals', 'deny', pending.id], { home })).code, 3);
  const grant = ['approvals', 'grant', '--tool', 'fixture/echo', '--any-args', '--ttl', '10m', '--reason', 'x'];
  assert.equal((await sallyport(grant, { home })).code, 3);
  const refused = gateway.records.filter(({ event }) => event === 'local_request_refused');
  assert.deepEqual(
    refused.map(({ verb, code }) => [verb, code]),
    [
      ['answer', 'SP6008'],
      ['answer', 'SP6008'],
      ['grant', 'SP6008'],
    ],
  );
  const denied = await atOwnTerminal(['approvals', 'deny', pending.id], { home });
  assert.equal(denied.code, 0, denied.stdout);
  await answer;
});

test('a grant given beforehand is good for one call', NEEDED, async (t) => {
  const { gateway, home } = await watched(t);
  const grant = ['approvals', 'grant', '--tool', 'fixture/echo', '--any-args', '--ttl', '10m', '--reason', 'release'];
  const granted = await atOwnTerminal(grant, { home });
  assert.equal(granted.code, 0, granted.stdout);
  assert.match(granted.stdout, /^Granted \w+ for one call of fixture\/echo/);
  assert.equal(textOf(await gateway.call('echo', { text: 'granted' })), 'granted');
});

test('nothing to look at, wrong words and unknown names are said plainly', async (t) => {
  const home = temporaryFolder(t);
  const cases: [string[], number, RegExp][] = [
    [['list'], 0, /^Nothing waits: no gateway runs\.$/],
    [['show', 'K7QF'], 2, /nothing waits under the name K7QF/],
    [['approve', 'K7QF'], 2, /`--yes` agrees without being asked/],
    [['approve', 'K7QF', '--yes', '--session', '--for', '1h'], 2, /choose one/],
    [['approve', 'K7QF', '--yes', '--for', 'soon'], 2, /write a duration/],
    [['approve', 'K7QF', '--yes', '--calls', '0'], 2, /1 or more/],
    [['deny', 'K7QF', '--reason', 'x'.repeat(501)], 2, /500 characters/],
    [['list', '--gateway', 'x'], 2, /number of its process/],
    [['list', '--gateway', '999999999'], 6, /no such gateway/],
    [['grant', '--tool', 'echo', '--any-args', '--ttl', '1m', '--reason', 'x'], 2, /backend\/tool/],
    [['grant', '--tool', 'a/b', '--ttl', '1m', '--reason', 'x'], 2, /which arguments are meant/],
    [['grant', '--tool', 'a/b', '--args-hash', 'xyz', '--ttl', '1m', '--reason', 'x'], 2, /64 digits/],
  ];
  for (const [args, code, words] of cases) {
    const ended = await sallyport(['approvals', ...args], { home });
    assert.equal(ended.code, code, `${args.join(' ')}: ${ended.stderr}`);
    assert.match(`${ended.stdout}${ended.stderr}`, words, args.join(' '));
  }
  const json = await sallyport(['approvals', 'list', '--json'], { home });
  assert.deepEqual(JSON.parse(json.stdout), { schema_version: 1, gateways: 0, more: 0, pending: [] });
});

test('a gateway takes its socket away with it, and one that was killed is forgotten', async (t) => {
  const { gateway, home, folder, client } = await watched(t);
  client.close();
  await gateway.end();
  assert.equal(existsSync(folder), false);
  const killed = await watched(t, home);
  const gone = new Promise<void>((resolve) => {
    killed.client.onEnd = resolve;
  });
  killed.gateway.child.kill('SIGKILL');
  await gone;
  assert.notDeepEqual(readdirSync(folder), []);
  assert.match((await sallyport(['approvals', 'list'], { home })).stdout, /no gateway runs/);
  assert.deepEqual(readdirSync(folder), []);
});
