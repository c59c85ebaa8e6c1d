import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examples, readPage } from '../support/docs/pages.ts';
import { Reader } from '../support/docs/reader.ts';
import type { Message } from '../support/mcp/peer.ts';
import { fixtureBackend, GatewayPeer } from '../support/program/gateway.ts';

/** Client entries are tried in examples.test.ts; any other JSON in the guides is an answer or a record of ours. */
const answers: Message[] = examples('json')
  .map(({ text }) => JSON.parse(text))
  .filter(({ mcpServers, servers }) => (mcpServers ?? servers) === undefined);

const DECISION = /01[0-9A-HJKMNP-TV-Z]{18}/g;

test('the guides show one audit record and one denial, which the next tests make for real', () => {
  assert.deepEqual(
    answers.map((answer) => (answer.kind === 'call' ? 'record' : answer.isError ? 'denial' : 'unknown')),
    ['record', 'denial'],
  );
});

test('the audit record in the guides is what such a call leaves', async (t) => {
  const [shown] = answers;
  const files = fixtureBackend('files', ['--tools', 'write_file'], { denied_tools: ['write_file'] });
  const gateway = new GatewayPeer(t, 'run', [], { config: `version: 1\nbackends:\n${files}` });
  await gateway.initialize({ clientInfo: { name: 'claude-code', version: '2.1.240' } });
  await gateway.call('write_file', { path: 'notes.txt', content: 'x'.repeat(120) });
  const [record] = gateway.records.filter(({ kind }) => kind === 'call');
  assert.deepEqual(Object.keys(shown), Object.keys(record));
  const same = ['v', 'kind', 'client', 'action', 'type', 'resource', 'args', 'decision', 'code', 'rule', 'check'];
  for (const key of same) assert.deepEqual(shown[key], record[key], key);
  for (const key of ['id', 'session', 'ts', 'policy']) assert.equal(shown[key].length, record[key].length, key);
});

test('the denial in the guides is what a client gets', async (t) => {
  const [, shown] = answers;
  const busy = fixtureBackend('files', [], { limits: { max_concurrent_calls: 1 } });
  const gateway = new GatewayPeer(t, 'run', [], { config: `version: 1\nbackends:\n${busy}` });
  await gateway.initialize();
  gateway.send({ jsonrpc: '2.0', id: 'h', method: 'tools/call', params: { name: 'hang' } });
  const { result } = await gateway.call('echo');
  const plain = (value: Message) => JSON.parse(JSON.stringify(value).replace(DECISION, 'ID'));
  assert.deepEqual(plain(shown), plain(result));
});

test('the fault in the guides is what `validate` says of it', async (t) => {
  const reader = new Reader(t);
  reader.write(
    'sallyport.yaml',
    'version: 1\nbackends:\n  - name: files\n    command: node\n    denied_tool: [move_file]\n',
  );
  const { code, stderr } = await reader.type('sallyport validate sallyport.yaml');
  assert.equal(code, 2);
  assert.ok(readPage('docs/configuration.md').includes(`\n\`\`\`\n${stderr.trim()}\n\`\`\`\n`), stderr);
});

test('the guides quote what is said of a server that lacks a variable', async (t) => {
  const server = [process.execPath, '-e', 'process.exit(1)'];
  const gateway = new GatewayPeer(t, 'wrap', server, { env: { SOME_TOKEN: 'set' } });
  await assert.rejects(gateway.initialize());
  await gateway.exited;
  const [, before, after] = /`(exited) … (before [^`]*)…`/.exec(readPage('docs/troubleshooting.md'))!;
  assert.ok(gateway.stderr.includes(`${before} with code 1 ${after}`), gateway.stderr);
});
