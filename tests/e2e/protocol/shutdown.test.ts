import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { fixtureBackend, GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';
import { SHUTDOWN_MS } from '../../support/program/processes.ts';
import { found, marked } from '../../support/program/survivors.ts';
import { quickest } from '../../support/quickest.ts';

const CHILDREN: Record<string, readonly string[]> = {
  plain: [],
  stubborn: ['--ignore-eof', '--ignore-term'],
  deaf: ['--never-read'],
  family: ['--grandchild', '--ignore-eof'],
  daemon: ['--daemon', '--grandchild'],
};

async function fiveBackends(t: TestContext) {
  const backends = Object.entries(CHILDREN).map(([name, flags]) => fixtureBackend(name, flags));
  const config = `version: 1\nlimits: { list_timeout_secs: 1 }\nbackends:\n${backends.join('')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize();
  // The deaf one makes every list wait for its whole time, so that must be short, and a list may come before a start.
  const all = async () => {
    const { result } = await gateway.ask('tools/list');
    const offering = new Set(result.tools.map(({ name }: Message) => name.split('__')[0]));
    return ['plain', 'stubborn', 'family', 'daemon'].every((name) => offering.has(name)) || undefined;
  };
  await found(all, 40_000, 'every backend that reads');
  const { env } = JSON.parse(textOf(await gateway.call('plain__whoami')));
  const run: string = env.SALLYPORT_RUN;
  assert.ok(marked(run).length >= 8, 'five backends, two grandchildren and a daemon run');
  return { gateway, run };
}

test('44: five backends, some of which will not leave, are all gone within two seconds of the end of input', async (t) => {
  const { gateway, run } = await fiveBackends(t);
  gateway.send({ jsonrpc: '2.0', id: 'h', method: 'tools/call', params: { name: 'stubborn__hang' } });
  gateway.send({
    jsonrpc: '2.0',
    id: 's',
    method: 'tools/call',
    params: { name: 'plain__slow', arguments: { ms: 200 } },
  });
  const started = performance.now();
  const exit = await gateway.end();
  const took = performance.now() - started;
  assert.deepEqual(exit, { code: 0, signal: null });
  assert.ok(took < SHUTDOWN_MS, `${Math.round(took)} ms`);
  assert.deepEqual(marked(run), []);
  const answers = gateway.messages.filter(({ id }) => id === 'h' || id === 's');
  assert.deepEqual(answers.map(({ id }) => id).sort(), ['h', 's']);
  assert.equal(textOf(answers.find(({ id }) => id === 's')), 'slept 200');
  const lost = answers.find(({ id }) => id === 'h').result;
  assert.equal(lost._meta['dev.sallyport/denial'].code, 'SP5010');
});

test('44: the same on SIGTERM, without the wait for running calls', async (t) => {
  const { gateway, run } = await fiveBackends(t);
  const started = performance.now();
  gateway.child.kill('SIGTERM');
  assert.deepEqual(await gateway.exited, { code: 143, signal: null });
  const took = performance.now() - started;
  assert.ok(took < SHUTDOWN_MS, `${Math.round(took)} ms`);
  assert.deepEqual(marked(run), []);
});

test('44: a gateway that is idle does not keep its client waiting', async (t) => {
  const took = await quickest(async () => {
    const gateway = wrapFixture(t);
    await gateway.initialize();
    await gateway.call('echo');
    const started = performance.now();
    assert.deepEqual(await gateway.end(), { code: 0, signal: null });
    return performance.now() - started;
  });
  assert.ok(took < 700);
});
