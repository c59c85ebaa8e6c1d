import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import { upstream } from '../../support/mcp/upstream.ts';
import { fixtureBackend, GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';

const config = 'version: 1\nlimits: { execution_timeout_secs: 1 }\n';

test('38: a call ends at its time limit, with or without progress, and is called off upstream', async (t) => {
  const gateway = wrapFixture(t, ['--ignore', 'prompts/get'], { config });
  await gateway.initialize();
  await gateway.ask('prompts/list');
  await gateway.call('echo');
  const started = performance.now();
  const endless = { name: 'slow', arguments: { ms: 60_000, steps: 3000 }, _meta: { progressToken: 'p' } };
  const [silent, talking, prompt] = await Promise.all([
    gateway.call('hang'),
    gateway.ask('tools/call', endless),
    gateway.ask('prompts/get', { name: 'greet' }),
  ]);
  const took = performance.now() - started;
  assert.ok(took > 700 && took < 30_000, `${Math.round(took)} ms`);
  for (const answer of [silent, talking]) {
    assert.equal(answer.result.isError, true);
    assert.equal(answer.result._meta['dev.sallyport/denial'].code, 'SP5003');
    assert.match(answer.result.content[0].text, /may have taken effect/);
  }
  assert.equal(prompt.error.code, -31504);
  assert.equal(prompt.error.data['dev.sallyport/denial'].code, 'SP5003');
  assert.ok(gateway.messages.some(({ method }) => method === 'notifications/progress'));
  const messages = await upstream(gateway);
  const asked = (wanted: (message: Message) => boolean) => messages.find(wanted)!.id;
  const ids = [
    asked(({ params }) => params?.name === 'hang'),
    asked(({ params }) => params?.name === 'slow'),
    asked(({ method }) => method === 'prompts/get'),
  ];
  const cancelled = messages.filter(({ method }) => method === 'notifications/cancelled');
  assert.deepEqual(cancelled.map(({ params }) => params.requestId).sort(), ids.sort());
  const outcomes = gateway.records.filter(({ outcome }) => outcome === 'timeout');
  assert.equal(outcomes.length, 3);
});

test('38: the clock of a call stands still while the client is asked something', async (t) => {
  const backends = `backends:\n${fixtureBackend('asking')}${fixtureBackend('other')}`;
  const gateway = new GatewayPeer(t, 'run', [], { config: config + backends });
  await gateway.initialize({ capabilities: { roots: {} } });
  await gateway.ask('tools/list');
  const call = gateway.call('asking__ask', { method: 'roots/list' });
  const question = await gateway.until(({ method }) => method === 'roots/list');
  const meanwhile = await gateway.call('other__hang');
  assert.equal(meanwhile.result._meta['dev.sallyport/denial'].code, 'SP5003');
  gateway.send({ jsonrpc: '2.0', id: question.id, result: { roots: [] } });
  assert.deepEqual(JSON.parse(textOf(await call)).result, { roots: [] });
});
