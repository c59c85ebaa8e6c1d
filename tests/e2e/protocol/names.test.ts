import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { logged } from '../../support/mcp/upstream.ts';
import { fixtureBackend, GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';

function configOf(...backends: string[]): string {
  return `version: 1\nbackends:\n${backends.join('')}`;
}

async function toolNames(gateway: GatewayPeer): Promise<string[]> {
  return (await gateway.ask('tools/list')).result.tools.map(({ name }: Message) => name);
}

test('45: tools of the same name in several backends are all reachable, in the order of the config', async (t) => {
  const config = configOf(
    fixtureBackend('b', ['--tools', 'search,other']),
    fixtureBackend('a', ['--tools', 'search,whoami']),
    fixtureBackend('a-b', ['--tools', 'c,whoami']),
    fixtureBackend('c', ['--tools', 'b__c,a-b__c,whoami', '--slow-start', '200']),
  );
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  const names = ['b__search', 'b__other', 'a__search', 'a__whoami', 'a-b__c', 'a-b__whoami'];
  names.push('c__b__c', 'c__a-b__c', 'c__whoami');
  assert.deepEqual(await toolNames(gateway), names);
  assert.deepEqual(await toolNames(gateway), names);
  for (const name of names.filter((name) => !name.endsWith('whoami'))) {
    const [, ...own] = name.split('__');
    assert.equal(textOf(await gateway.call(name)), `called ${own.join('__')}`);
  }
  const whoami = async (name: string) => JSON.parse(textOf(await gateway.call(name))).pid;
  const pids = [await whoami('a__whoami'), await whoami('a-b__whoami'), await whoami('c__whoami')];
  assert.equal(new Set(pids).size, 3);
  for (const wrong of ['search', 'a__b__c', 'a-b__b__c', 'c__c', 'b/search', 'b__search__', '__search']) {
    assert.deepEqual((await gateway.call(wrong)).error, { code: -32602, message: `Unknown tool: ${wrong}` });
  }
});

test('45: names that look alike once they are respelt stay apart', async (t) => {
  const tools = ['a.b', 'a_b', 'a b', 'a/b', 'ä'];
  const config = configOf(fixtureBackend('one', ['--tools', tools.join(',')]), fixtureBackend('two'));
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  const names = (await toolNames(gateway)).slice(0, tools.length);
  assert.equal(new Set(names).size, tools.length);
  for (const [index, name] of names.entries()) {
    assert.match(name, /^one__[A-Za-z0-9_-]+$/);
    assert.equal(textOf(await gateway.call(name)), `called ${tools[index]}`);
  }
});

test('46: a name too long for its client is shortened, maps back, and is the same after a restart', async (t) => {
  const long = `tool_${'x'.repeat(74)}a`;
  const twin = `tool_${'x'.repeat(74)}b`;
  assert.equal(long.length, 80);
  const config = configOf(
    fixtureBackend('with-a-rather-long-name', ['--tools', `${long},${twin}`]),
    fixtureBackend('two', ['--tools', `${long},short`]),
  );
  const before = new GatewayPeer(t, 'run', [], { config });
  await before.initialize();
  const names = await toolNames(before);
  assert.equal(new Set(names).size, 4);
  for (const name of names) assert.match(name, /^[A-Za-z0-9_-]{1,48}$/);
  assert.ok(names.includes('two__short'));
  await before.end();
  const after = new GatewayPeer(t, 'run', [], { config });
  await after.initialize();
  const called = await Promise.all(names.map((name) => after.call(name)));
  assert.deepEqual(
    called.map(textOf),
    [long, twin, long, 'short'].map((name) => `called ${name}`),
  );
  assert.deepEqual(await toolNames(after), names);
});

test('46: with one backend a long name is left as it is', async (t) => {
  const long = 'x'.repeat(80);
  const gateway = wrapFixture(t, ['--tools', long]);
  await gateway.initialize();
  assert.deepEqual(await toolNames(gateway), [long]);
  assert.equal(textOf(await gateway.call(long)), `called ${long}`);
});

test('48: a tool its server never listed is not called, though the server would take it', async (t) => {
  const log = join(temporaryFolder(t), 'received.jsonl');
  const gateway = wrapFixture(t, ['--tools', 'visible', '--log', log]);
  await gateway.initialize();
  assert.deepEqual((await gateway.call('echo')).error, { code: -32602, message: 'Unknown tool: echo' });
  assert.deepEqual((await gateway.call('Visible')).error, { code: -32602, message: 'Unknown tool: Visible' });
  assert.equal(textOf(await gateway.call('visible')), 'called visible');
  const calls = logged(log).filter(({ method }) => method === 'tools/call');
  assert.deepEqual(
    calls.map(({ params }) => params.name),
    ['visible'],
  );
});

test('48: what is hidden reads and costs the same as what does not exist', async (t) => {
  const folder = temporaryFolder(t);
  const hidden = { denied_tools: ['echo'], denied_prompts: ['greet'], denied_resources: ['file:///secret/**'] };
  const asked = async (name: string, method: string, params: Message) => {
    const log = join(folder, name);
    const config = configOf(
      fixtureBackend('one', ['--log', log], hidden),
      fixtureBackend('two', ['--log', log], hidden),
    );
    const gateway = new GatewayPeer(t, 'run', [], { config });
    await gateway.initialize();
    const { error } = await gateway.ask(method, params);
    await gateway.end();
    const text = JSON.stringify(error).replaceAll(params.name ?? params.uri, 'NAME');
    return { text, upstream: logged(log).map((message) => message.method) };
  };
  const pairs: [string, Message, Message][] = [
    ['tools/call', { name: 'one__echo' }, { name: 'one__nothing' }],
    ['prompts/get', { name: 'one__greet' }, { name: 'one__nothing' }],
  ];
  for (const [method, known, unknown] of pairs) {
    const name = method.replace('/', '-');
    const hidden = await asked(`${name}-hidden`, method, known);
    assert.deepEqual(hidden, await asked(`${name}-unknown`, method, unknown));
    assert.match(hidden.text, /"code":-32602/);
  }
  const read = await asked('read', 'resources/read', { uri: 'one+file:///secret/key.txt' });
  assert.match(read.text, /"code":-32002,"message":"Resource not found"/);
  assert.ok(!read.upstream.includes('resources/read'));
});
