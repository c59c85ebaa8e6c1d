import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import type { Message } from '../../support/mcp/peer.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';

interface Scene {
  readonly gateway: GatewayPeer;
  /** Writes the config anew: its first line, then the lists of the one backend. */
  readonly change: (top: string, lists: Readonly<Record<string, unknown>>) => void;
  /** Sends SIGHUP and resolves with the event that is recorded then. */
  readonly hangUp: (event: string) => Promise<Message>;
}

async function scene(t: TestContext): Promise<Scene> {
  const home = temporaryFolder(t);
  const file = join(home, 'sallyport.yaml');
  const text = (top: string, lists: Readonly<Record<string, unknown>>) =>
    `version: 1\nreload: signal\n${top}\nbackends:\n${fixtureBackend('one', ['--tools', 'a,b,c'], lists)}`;
  writeFileSync(file, text('', { denied_tools: ['c'] }));
  const gateway = new GatewayPeer(t, 'run', [], { home, flags: ['--config', file] });
  await gateway.initialize();
  assert.deepEqual(await listed(gateway), ['a', 'b']);
  return {
    gateway,
    change: (top, lists) => writeFileSync(file, text(top, lists)),
    hangUp: async (event) => {
      const before = events(gateway, event).length;
      gateway.child.kill('SIGHUP');
      // Nothing is said to the client when a config is refused, so its own questions mark the time.
      for (let asked = 0; asked < 500 && events(gateway, event).length === before; asked++) await gateway.ask('ping');
      const found = events(gateway, event);
      assert.equal(found.length, before + 1, `${event} is recorded once\n${gateway.stderr}`);
      return found.at(-1);
    },
  };
}

function events(gateway: GatewayPeer, name: string): Message[] {
  return gateway.records.filter(({ event }) => event === name);
}

async function listed(gateway: GatewayPeer): Promise<string[]> {
  return (await gateway.ask('tools/list')).result.tools.map(({ name }: Message) => name);
}

test('with `reload: signal`, SIGHUP puts a changed policy in force, records it and tells the client', async (t) => {
  const { gateway, change, hangUp } = await scene(t);
  const [call] = gateway.records.filter(({ kind }) => kind === 'call');
  change('', { denied_tools: ['a'] });
  const told = gateway.until(({ method }) => method === 'notifications/tools/list_changed', gateway.lines.length);
  const event = await hangUp('config_reloaded');
  await told;
  assert.equal(event.before, call.policy);
  assert.notEqual(event.policy, call.policy);
  assert.deepEqual(await listed(gateway), ['b', 'c']);
  assert.equal((await gateway.call('a')).error.message, 'Unknown tool: a');
  assert.equal((await gateway.call('c')).result.content[0].text, 'called c');
  const denied = gateway.records.find(({ decision }) => decision === 'deny');
  assert.deepEqual([denied.rule, denied.policy], ['backends[0].denied_tools[0]', event.policy]);
});

test('a faulty config changes nothing, is recorded with its faults, and the next good one is taken', async (t) => {
  const { gateway, change, hangUp } = await scene(t);
  change('limts: {}', { denied_tools: ['a', '{b'] });
  const failed = await hangUp('config_reload_failed');
  assert.match(failed.why, /SP1003 unknown key "limts".*SP1010 /);
  await gateway.when(() => /\[SP1013\] .*SP1003/.test(gateway.stderr));
  assert.deepEqual(await listed(gateway), ['a', 'b']);
  change('audit: {fsync: always}', { denied_tools: ['b'] });
  await hangUp('config_reloaded');
  assert.deepEqual(await listed(gateway), ['a', 'c']);
  await gateway.when(() => /\[SP1014\] audit changed; it applies after a restart/.test(gateway.stderr));
});

test('without `reload: signal` a SIGHUP ends the gateway', async (t) => {
  const config = `version: 1\nbackends:\n${fixtureBackend('one')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  gateway.child.kill('SIGHUP');
  assert.deepEqual(await gateway.exited, { code: 129, signal: null });
  assert.deepEqual(events(gateway, 'config_reloaded'), []);
});
