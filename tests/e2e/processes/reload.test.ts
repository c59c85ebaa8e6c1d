import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';

const configWith = (denied: readonly string[], reload: string) =>
  `version: 1\nreload: ${reload}\nbackends:\n${fixtureBackend('files', [], { denied_tools: denied })}`;

const toolsOf = async (gateway: GatewayPeer): Promise<string[]> =>
  (await gateway.ask('tools/list')).result.tools.map(({ name }: Message) => name);

test('a file that is changed while the gateway runs changes nothing', async (t) => {
  const gateway = new GatewayPeer(t, 'run', [], { config: configWith(['fail'], 'off') });
  await gateway.initialize();
  const before = await toolsOf(gateway);
  writeFileSync(join(gateway.home, 'sallyport.yaml'), configWith([], 'signal'));
  assert.equal((await gateway.call('fail')).error.code, -32602);
  assert.deepEqual(await toolsOf(gateway), before);
  assert.ok(gateway.records.every(({ event }) => [undefined, 'session_started', 'pinned'].includes(event)));
});

test('where a signal may reload, it changes the policy as a whole or not at all, and both are recorded', async (t) => {
  const gateway = new GatewayPeer(t, 'run', [], { config: configWith(['fail'], 'signal') });
  await gateway.initialize();
  const file = join(gateway.home, 'sallyport.yaml');
  const events = (event: string) => gateway.records.filter((record) => record.event === event);
  writeFileSync(file, configWith([], 'signal'));
  assert.ok(!(await toolsOf(gateway)).includes('fail'), 'nothing happens before the signal');
  gateway.child.kill('SIGHUP');
  await gateway.until(({ method }) => method === 'notifications/tools/list_changed');
  assert.ok((await toolsOf(gateway)).includes('fail'));
  const [reloaded] = events('config_reloaded');
  assert.notEqual(reloaded.policy, reloaded.before);
  assert.equal((await gateway.call('fail', { text: 'no' })).error.message, 'no');
  assert.equal(gateway.records.findLast(({ kind }) => kind === 'call').policy, reloaded.policy);

  writeFileSync(file, `${configWith(['echo', 'fail'], 'signal')}policies: {default: sometimes}\n`);
  gateway.child.kill('SIGHUP');
  await gateway.when(() => gateway.stderr.includes('SP1013'));
  assert.equal(textOf(await gateway.call('echo', { text: 'still' })), 'still', 'no part of a faulty file counts');
  assert.ok((await toolsOf(gateway)).includes('fail'));
  assert.equal(events('config_reload_failed')[0].policy, reloaded.policy);
});

test('a backend that was only observed and is taken out of the config offers nothing any more', async (t) => {
  const observed = fixtureBackend('files', [], { enforce: false });
  const other = fixtureBackend('other');
  const head = 'version: 1\nreload: signal\nbackends:\n';
  const gateway = new GatewayPeer(t, 'run', [], { config: `${head}${observed}${other}` });
  await gateway.initialize();
  assert.ok((await toolsOf(gateway)).includes('files__echo'));
  writeFileSync(join(gateway.home, 'sallyport.yaml'), `${head}${other}`);
  gateway.child.kill('SIGHUP');
  await gateway.until(({ method }) => method === 'notifications/tools/list_changed');
  const names = await toolsOf(gateway);
  assert.ok(names.includes('other__echo'));
  assert.deepEqual(
    names.filter((name) => name.startsWith('files__')),
    [],
  );
  assert.equal((await gateway.call('files__echo', { text: 'no' })).error.code, -32602);
});
