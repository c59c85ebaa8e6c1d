import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, type EngineClient } from '../support/engine/engine.ts';
import { told } from '../support/http/streams.ts';

const LEVEL = 'io.modelcontextprotocol/logLevel';
const MESSAGE = 'notifications/message';

test('log messages of a legacy server reach the calls of modern clients that asked for their level', async (t) => {
  const { server, client } = createEngine(t, { era: 'modern', serverEra: 'legacy' });
  server.onRequest('logging/setLevel', () => ({}));
  const [ana, ben] = [client('ana'), client('ben')];
  await ana.ask('tools/list');
  server.hold('tools/call');
  const levels = () => server.asked('logging/setLevel').map(({ params }) => params.level);
  const call = (who: EngineClient, level?: string) =>
    who.ask('tools/call', { name: 'work', _meta: level === undefined ? {} : { [LEVEL]: level } });
  const log = (data: string, level: string) => server.notify(MESSAGE, { level, data });
  const open = [call(ana)];
  await server.askedTimes('tools/call', 1);
  log('nobody asked', 'emergency');
  open.push(call(ana, 'error'));
  await server.askedTimes('tools/call', 2);
  assert.deepEqual(levels(), ['error']);
  const lines = server.messages.map(({ method }) => method);
  assert.ok(lines.lastIndexOf('tools/call') > lines.indexOf('logging/setLevel'), 'before the call that wants it');
  log('too little', 'warning');
  log('enough', 'error');
  await ana.until(({ params }) => params?.data === 'enough');
  open.push(call(ben, 'debug'), call(ana, 'critical'), call(ana, 'no such level'));
  await server.askedTimes('tools/call', 5);
  assert.deepEqual(levels(), ['error', 'debug'], 'the least anybody wanted so far');
  log('whose?', 'critical');
  for (const { id } of server.asked('tools/call')) server.result(id, { content: [] });
  await Promise.all(open);
  assert.deepEqual(
    told(ana, MESSAGE).map(({ data }) => data),
    ['enough'],
  );
  assert.deepEqual(told(ben, MESSAGE), [], 'what could be for either is for neither');
  server.crash();
  const again = call(ben, 'error');
  const [, , third] = await server.askedTimes('logging/setLevel', 3);
  assert.equal(third!.params.level, 'error', 'a new process knows no level');
  server.result(server.asked('tools/call').at(-1)!.id, { content: [] });
  await again;
});

test('a legacy server that has no log is not told a level', async (t) => {
  const { server, client } = createEngine(t, { era: 'modern', serverEra: 'legacy' });
  const capabilities = { tools: {} };
  server.onRequest('initialize', ({ params }) => ({ protocolVersion: params.protocolVersion, capabilities }));
  await client('ana').ask('tools/call', { name: 'work', _meta: { [LEVEL]: 'debug' } });
  assert.deepEqual(server.asked('logging/setLevel'), []);
});

test('the level a legacy client has set goes with each of its requests to a modern server', async (t) => {
  const { server, client } = createEngine(t, { era: 'legacy', serverEra: 'modern' });
  const [ana, ben] = [client('ana'), client('ben')];
  await Promise.all([ana.initialize(), ben.initialize()]);
  await ana.call('work');
  assert.deepEqual((await ana.ask('logging/setLevel', { level: 'warning' })).result, {});
  await ana.call('work');
  await ben.call('work');
  assert.deepEqual(
    server.asked('tools/call').map(({ params }) => params._meta[LEVEL]),
    [undefined, 'warning', undefined],
  );
  assert.deepEqual(server.asked('logging/setLevel'), []);
  server.notify(MESSAGE, { level: 'info', data: 'too little' });
  server.notify(MESSAGE, { level: 'error', data: 'enough' });
  await ana.until(({ params }) => params?.data === 'enough');
  assert.deepEqual(told(ana, MESSAGE), [{ level: 'error', data: 'enough' }]);
});
