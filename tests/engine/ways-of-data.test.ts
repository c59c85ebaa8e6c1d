import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';
import type { Message } from '../support/mcp/lines.ts';

const RULE = `policies:
  tools: { "server/*": { paths: { deny: ["/home/ana/project/secret"] }, block_patterns: ["xyzzy"] } }
`;
const REF = { type: 'ref/resource', uri: 'files:///{path}' };

test('a value that is known already is judged beside the one of the same name that is completed', async (t) => {
  const engine = createEngine(t, { config: RULE });
  engine.server.onRequest('completion/complete', () => ({ completion: { values: [] } }));
  const client = engine.client('ana');
  await client.initialize();
  const complete = (value: string, known: string) =>
    client.ask('completion/complete', {
      ref: REF,
      argument: { name: 'path', value },
      context: { arguments: { path: known } },
    });
  assert.deepEqual((await complete('/home/ana/project/a', '/home/ana/project/b')).result, {
    completion: { values: [] },
  });
  assert.match(JSON.stringify(await complete('/home/ana/project/secret/a', '/home/ana/project/b')), /SP3101/);
  assert.match(JSON.stringify(await complete('/home/ana/project/a', '/home/ana/project/secret/b')), /SP3101/);
  assert.equal(engine.server.asked('completion/complete').length, 1);
});

test('arguments of a prompt that are no object are refused, since nothing could judge them', async (t) => {
  const engine = createEngine(t, { config: RULE });
  engine.server.onRequest('prompts/list', () => ({ prompts: [{ name: 'ask' }] }));
  engine.server.onRequest('prompts/get', () => ({ messages: [] }));
  const client = engine.client('ana');
  await client.initialize();
  const get = (args: unknown) => client.ask('prompts/get', { name: 'ask', arguments: args });
  assert.deepEqual((await get({ text: 'plugh' })).result, { messages: [] });
  assert.deepEqual((await get(null)).result, { messages: [] });
  assert.match(JSON.stringify(await get({ text: 'xyzzy' })), /SP3143/);
  for (const args of [['xyzzy'], 'xyzzy', 7, true]) assert.match(JSON.stringify(await get(args)), /SP3041/);
});

test('answers to questions of a server that are no object are refused, since nothing could judge them', async (t) => {
  const engine = createEngine(t, { config: RULE, era: 'modern' });
  const client = engine.client('ana');
  await client.ask('tools/list');
  const call = (inputResponses: unknown) => client.ask('tools/call', { name: 'work', arguments: {}, inputResponses });
  assert.match(JSON.stringify(await call({ q: { action: 'accept', content: { text: 'xyzzy' } } })), /SP3143/);
  for (const answers of [['xyzzy'], 'xyzzy']) assert.match(JSON.stringify(await call(answers)), /SP3041/);
  assert.equal(engine.server.asked('tools/call').length, 0);
});

test('parameters of a method only the config knows are judged as arguments are', async (t) => {
  const engine = createEngine(t, {
    config: RULE.replace('policies:\n', 'policies:\n  methods: { allow: ["vendor/open"] }\n'),
  });
  engine.server.onRequest('vendor/open', () => ({}));
  const client = engine.client('ana');
  await client.initialize();
  assert.deepEqual((await client.ask('vendor/open', { path: '/home/ana/project/open' })).result, {});
  assert.match(JSON.stringify(await client.ask('vendor/open', { path: '/home/ana/project/secret/a' })), /SP3101/);
  assert.match(JSON.stringify(await client.ask('vendor/open', { text: 'xyzzy' })), /SP3143/);
  assert.match(JSON.stringify(await client.ask('vendor/open', { file: 'file:///etc/shadow' })), /SP3101/);
});

test('an address where a path may stand is judged as an address, and a name that is a path as a path', async (t) => {
  const config = `policies:
  tools: { "server/*": { paths: { in: [files, path], deny: ["/home/ana/project/secret"] } } }
`;
  const engine = createEngine(t, { config });
  engine.server.tools = [
    { name: 'work', inputSchema: { type: 'object', properties: { path: { type: 'string' }, files: {} } } },
  ];
  const client = engine.client('ana');
  await client.initialize();
  const call = async (args: Message) => JSON.stringify(await client.call('work', args));
  assert.match(await call({ files: { '/home/ana/project/secret/a': 'text' } }), /SP3101/);
  for (const path of ['http://169.254.169.254/latest', ' HTTP:\\\\169.254.169.254', 'ftp://[::ffff:a9fe:a9fe]/'])
    assert.match(await call({ path }), /SP31/, path);
});
