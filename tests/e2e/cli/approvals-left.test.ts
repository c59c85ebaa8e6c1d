import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { announcedIn } from '../../../backends/local/announced.ts';
import { LocalClient } from '../../../backends/local/local-client.ts';
import { awaited } from '../../support/approvals/local-scene.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { sallyport } from '../../support/program/command.ts';
import { type GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';
import { NO_AGENT } from '../../support/program/nobody-there.ts';
import { atOwnTerminal, HAS_OWN_TERMINAL, onTerminal } from '../../support/program/terminal.ts';

const NEEDED = { skip: !HAS_OWN_TERMINAL && 'setsid and script of util-linux are not here' };

const asking = (more = '') => `version: 1
security: { registry: { pin: off } }
approvals: { timeout: 50s }
policies: { tools: { "fixture/echo": { action: require_approval } } }
${more}`;

function gatewayIn(t: TestContext, home: string, more = ''): GatewayPeer {
  return wrapFixture(t, [], { home, config: asking(more), flags: ['--name', 'fixture'] });
}

/** A gateway somebody watches, once it can be spoken to. */
async function watched(t: TestContext, gateway: GatewayPeer) {
  await gateway.initialize();
  const folder = join(gateway.home, 'state', 'sallyport', 'run');
  const own = await awaited(folder, () => announcedIn(folder).find(({ pid }) => pid === gateway.pid));
  const client = await LocalClient.to(own, folder);
  t.after(() => client.close());
  await client.ask('watch');
  return client;
}

/** What a gateway left that was killed while a call waited. */
async function left(t: TestContext, home: string): Promise<string> {
  const gateway = gatewayIn(t, home);
  const client = await watched(t, gateway);
  const id = new Promise<string>((resolve) => {
    client.onEvent = ({ event, pending }) => {
      if (event === 'asked') resolve((pending as { id: string }).id);
    };
  });
  const gone = new Promise<void>((resolve) => {
    client.onEnd = resolve;
  });
  gateway.call('echo', { text: 'left behind' }).catch(() => {});
  const asked = await id;
  gateway.child.kill('SIGKILL');
  await gone;
  return asked;
}

const pendingIn = (home: string) =>
  readdirSync(join(home, 'state', 'sallyport', 'approvals')).filter((name) => name.endsWith('.pending'));

test(
  'what a gateway left that was killed is listed, read and approved, and the next one makes the call',
  NEEDED,
  async (t) => {
    const home = temporaryFolder(t);
    const id = await left(t, home);
    const listed = await sallyport(['approvals', 'list'], { home });
    assert.equal(listed.code, 4, listed.stderr);
    assert.match(listed.stdout, new RegExp(`^${id}\\s+fixture/echo\\s.*\\s0\\s.*\\sended$`, 'm'));
    const json = JSON.parse((await sallyport(['approvals', 'list', '--json'], { home })).stdout);
    assert.deepEqual([json.gateways, json.pending[0].gateway, json.pending[0].calls], [0, null, 0]);
    const shown = await sallyport(['approvals', 'show', id.toLowerCase()], { home });
    assert.match(shown.stdout, /left behind/);
    // This process was the client of that gateway; a terminal it makes makes no person of it.
    for (const way of [sallyport, onTerminal]) {
      const tried = await way(['approvals', 'approve', id, '--yes'], { home, env: NO_AGENT });
      assert.equal(tried.code, 3, tried.stdout);
      assert.match(tried.stdout + tried.stderr, /\[SP6008\] .*a client whose calls are guarded/);
    }
    const session = await atOwnTerminal(['approvals', 'approve', id, '--session'], {
      home,
      input: 'y\n',
      env: NO_AGENT,
    });
    assert.equal(session.code, 2, session.stdout);
    const approved = await atOwnTerminal(['approvals', 'approve', id, '--reason', 'late'], {
      home,
      input: 'y\n',
      env: NO_AGENT,
    });
    assert.equal(approved.code, 0, approved.stdout);
    assert.match(approved.stdout, new RegExp(`Approved ${id}, as \\S+ \\(same-user\\)\\.`));
    assert.equal((await sallyport(['approvals', 'list'], { home })).stdout, 'Nothing waits: no gateway runs.');
    const again = await sallyport(['approvals', 'show', id], { home });
    assert.equal(again.code, 2);
    const next = gatewayIn(t, home);
    await next.initialize();
    assert.equal(textOf(await next.call('echo', { text: 'left behind' })), 'left behind');
    const answered = next.records.find(({ event }) => event === 'approval_answered');
    assert.deepEqual([answered?.id, answered?.why, answered?.approved], [id, 'late', true]);
  },
);

test('what is denied is gone, for the next gateway as well', NEEDED, async (t) => {
  const home = temporaryFolder(t);
  const id = await left(t, home);
  const denied = await atOwnTerminal(['approvals', 'deny', id], { home, env: NO_AGENT });
  assert.equal(denied.code, 0, denied.stdout);
  assert.deepEqual(pendingIn(home), []);
  assert.equal((await sallyport(['approvals', 'list'], { home })).code, 0);
});

test('a gateway with another config leaves what waits where it is', NEEDED, async (t) => {
  const home = temporaryFolder(t);
  const id = await left(t, home);
  const client = await watched(t, gatewayIn(t, home, 'limits: { max_pending: 7 }\n'));
  assert.deepEqual((await client.ask('pending')).pending, []);
  assert.equal(pendingIn(home).length, 1);
  assert.match((await sallyport(['approvals', 'list'], { home })).stdout, new RegExp(`^${id}\\s.*ended$`, 'm'));
});

test('of gateways with different policies the one is named that is meant', NEEDED, async (t) => {
  const home = temporaryFolder(t);
  const one = gatewayIn(t, home);
  await watched(t, one);
  const other = gatewayIn(t, home, 'limits: { max_pending: 7 }\n');
  await watched(t, other);
  const grant = ['approvals', 'grant', '--tool', 'fixture/echo', '--any-args', '--ttl', '10m', '--reason', 'x'];
  const asked = await atOwnTerminal(grant, { home, env: NO_AGENT });
  assert.equal(asked.code, 2, asked.stdout);
  assert.match(asked.stdout, /different policies know the backend "fixture"/);
  for (const { pid } of [one, other]) assert.ok(asked.stdout.includes(`${pid} (wrap, policy `));
  const given = await atOwnTerminal([...grant, '--gateway', String(other.pid)], { home, env: NO_AGENT });
  assert.equal(given.code, 0, given.stdout);
  assert.equal(textOf(await other.call('echo', { text: 'x' })), 'x');
});
